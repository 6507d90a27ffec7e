/**
 * An agent that has no lab: it gives the corpus to the programs, loaded in its guest's own kernel, and says how that ended. Whoever
 * bundles it puts in what it is to do. The work has a Node of its own: an agent's is set up to be quick at little.
 */
import { execFile } from 'node:child_process';
import { release } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { openAgentLine } from '../../../sim/lab/agent-line.ts';
import { openAgentSpeech } from '../../../sim/lab/agent-speech.ts';
import { loadGuestModules } from '../../../sim/lab/modules.ts';
import { LoadedPolicy } from '../loaded-policy.ts';
import { runCorpus } from './corpus.ts';

declare const CORPUS: { readonly packets: number; readonly seed: number };

const CHILD = 'corpus';
/** A guest of one processor gains nothing by threads, and every page that is touched first is a fault that its kernel takes long for. */
const FEW_PAGES = ['--single-threaded', '--min-semi-space-size=1', '--max-semi-space-size=1'];

if (process.argv[2] === CHILD) {
  // It lies beside the agent in a guest's own folder.
  const object = join(dirname(process.argv[1] ?? ''), 'dataplane.bpf.o');
  using programs = LoadedPolicy.ofObject(object, 6);
  const { packets, decisions } = runCorpus(programs, CORPUS.packets, CORPUS.seed);
  process.stdout.write(JSON.stringify({ packets, decisions: [...decisions] }));
} else {
  const { IPVLANE_LINE: where, IPVLANE_SCRIPT: script = '' } = process.env;
  const line = script === '' ? openAgentLine(where) : openAgentSpeech(where ?? '');
  line.send({ type: 'hello', build: 'corpus', release: release() });
  await line.flush();
  loadGuestModules(process.env.IPVLANE_MODULES ?? '', process.env.IPVLANE_LOAD ?? '');
  execFile(process.execPath, [...FEW_PAGES, process.argv[1] ?? '', CHILD], (error, stdout, stderr) => {
    const data = Buffer.from(error === null ? stdout : `${error.message}\n${stderr}`).toString('base64');
    line.send({ type: 'exec-output', id: 1, stream: error === null ? 'stdout' : 'stderr', data });
    line.send({ type: 'bye' });
    void line.close().then(() => process.exit(0));
  });
}
