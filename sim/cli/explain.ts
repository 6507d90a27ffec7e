import { prepareOracle } from '../../dataplane/policy/oracle.ts';
import { explanationLines } from '../../reports/terminal/explanation.ts';
import { inNamespace } from '../manifest/objects/object-name.ts';
import { clusterAtStart, policyWorld } from '../plan/cluster/cluster.ts';
import { fullNames, shortNames } from '../plan/cluster/short-names.ts';
import { evidenceAsked, gatherEvidence, type KernelEvidence } from '../reach/evidence.ts';
import { explain as explainPacket } from '../reach/explain.ts';
import { packetEnds, portAsked, targetOf } from '../reach/question.ts';
import type { Action } from './command.ts';
import { widthOf } from './environment.ts';
import { EXIT } from './exit-code.ts';
import { askIn, labToAsk } from './held/lab-to-ask.ts';
import { namespaceOf } from './namespace-option.ts';

/** The way of one packet. Exit code 1 where the kernel did something else than was predicted. */
export const explain: Action = async (environment, [from = '', target = '', behind = '', ...paths], options) => {
  const lab = await labToAsk(environment, paths, options);
  const { plan } = lab;
  const inIts = (name: string): string => inNamespace(name, namespaceOf(options));
  const { to, port } = targetOf(target);
  const [sender, receiver] = packetEnds(plan, inIts(from), inIts(to));
  const asked = portAsked(port ?? behind, receiver);
  const oracle = prepareOracle(policyWorld(clusterAtStart(plan)));
  const explanation = explainPacket(plan, oracle, sender, receiver, asked);
  let evidence: KernelEvidence | null = null;
  if (options.mode !== 'oracle' && explanation.predicted !== null && sender !== receiver) {
    evidence = await askIn(lab, options, evidenceAsked(sender, receiver, asked), (asking) =>
      gatherEvidence(asking, sender, receiver, asked),
    );
  }
  if (options.json === true) environment.stdout.write(`${JSON.stringify({ ...explanation, evidence }, null, 2)}\n`);
  else {
    const how = {
      width: widthOf(environment.stdout),
      short: options.fullNames === true ? fullNames : shortNames(plan),
    };
    environment.stdout.write(`${explanationLines(explanation, evidence, how).join('\n')}\n`);
  }
  if (evidence === null) return EXIT.ok;
  // Nobody can be asked on the wire who is somewhere outside.
  return (evidence.wire ?? evidence.verdict) === explanation.predicted ? EXIT.ok : EXIT.expectation;
};
