/** `probe FROM TO[:PORT]`: may it? One question, asked by real packets. Exit code 1 where the answer is not the policies', 4 where a full table spoilt it. */
import { prepareOracle } from '../../../dataplane/policy/oracle.ts';
import { probeLines } from '../../../reports/terminal/lines/probe-lines.ts';
import { reachJson } from '../../../reports/json/reach-json.ts';
import { inNamespace } from '../../manifest/objects/object-name.ts';
import { clusterAtStart, policyWorld } from '../../plan/cluster/cluster.ts';
import { askLab, asking } from '../../reach/ask-lab.ts';
import { questionOf, refuseNobody, targetOf } from '../../reach/question.ts';
import { answerOf, cellsOf, oracleMarks, type Reachability } from '../../reach/reachability.ts';
import type { Action } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import { namespaceOf } from '../namespace-option.ts';
import { askIn, labToAsk } from './lab-to-ask.ts';
import { diagnosticsOf } from './said-meanwhile.ts';

export const probe: Action = async (environment, [from = '', target = '', ...paths], options) => {
  const lab = await labToAsk(environment, paths, options);
  const { to, port } = targetOf(target);
  const inIts = (name: string): string => inNamespace(name, namespaceOf(options));
  const question = questionOf(lab.plan, { from: [inIts(from)], to: [inIts(to)], ports: port === null ? [] : [port] });
  refuseNobody(question);
  const oracle = prepareOracle(policyWorld(clusterAtStart(lab.plan)));
  const { rows, records } = await askIn(lab, options, [asking('wire', question)], (asked) =>
    askLab(asked, 'wire', question),
  );
  printDiagnostics(environment, records.flatMap(diagnosticsOf), new Map());
  const found: Reachability = { question, oracle, marks: { oracle: oracleMarks(oracle, question), wire: rows } };
  if (options.json === true) for (const piece of reachJson(found)) environment.stdout.write(piece);
  else environment.stdout.write(`${probeLines(found).join('\n')}\n`);
  const cells = [...cellsOf(found)];
  const wanted = options.expect;
  const judged = cells.filter(({ unjudged }) => !unjudged);
  const met = judged.every((cell) => answerOf(cell) === (wanted ?? cell.oracle ?? answerOf(cell)));
  if (!met) return EXIT.expectation;
  return judged.length < cells.length ? EXIT.unjudged : EXIT.ok;
};
