/** A capture of every pod's slave by tcpdump (--pcap), sent piece by piece as files. */
import { spawnIn } from '../linux/process.ts';
import { captureFile } from '../plan/capture-file.ts';
import type { Lab, Party } from './lab.ts';
import { note } from './lab.ts';
import type { Line } from './line.ts';
import type { AgentMessage } from './protocol.ts';

/** Headers of every layer, and no more: a pcap of all payload would be the traffic itself. */
const SNAP_BYTES = 128;
const PIECE_BYTES = 48 * 1024;
const CAPTURED = /^(\d+) packets? captured/m;
const LISTENING = /listening on/;

export interface Capture {
  /** Ends tcpdump, sends the rest and records the capture. */
  end(): Promise<void>;
}

/** Starts tcpdump in the pod and resolves once it listens. What it has to complain of becomes a note. */
export async function startCapture(
  lab: Lab,
  line: Line<unknown, AgentMessage>,
  pod: Party,
  device: string,
): Promise<Capture> {
  const file = captureFile(pod.name);
  // Each packet at once: the ring that libpcap would read once a second is lost when the capture ends.
  // Not promiscuous: an ipvlan interface that is hears every group of its wire, and a captured run would measure another one.
  const argv = ['tcpdump', '-i', device, '-p', '-s', String(SNAP_BYTES), '-n', '--immediate-mode', '-U', '-w', '-'];
  const child = spawnIn(pod.namespace, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  const exited = new Promise<void>((resolve) => {
    child.on('exit', () => resolve());
    child.on('error', (error) => {
      words += error.message;
      resolve();
    });
  });
  const listening = new Promise<void>((resolve) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      words += chunk.toString();
      if (LISTENING.test(words)) resolve();
    });
  });
  const sent = sendPieces(line, file, child.stdout as AsyncIterable<Buffer> | null);
  await Promise.race([listening, exited]);
  if (!LISTENING.test(words))
    note(lab, 'warning', `no capture of ${pod.name}: ${words.trim() || 'tcpdump ended at once'}`);
  return { end };

  async function end(): Promise<void> {
    child.kill('SIGINT');
    await Promise.all([exited, sent]);
    const packets = Number(CAPTURED.exec(words)?.[1] ?? 0);
    lab.record({ type: 'capture', t: lab.clock.now(), where: pod.name, file, packets });
  }
}

async function sendPieces(
  line: Line<unknown, AgentMessage>,
  name: string,
  output: AsyncIterable<Buffer> | null,
): Promise<void> {
  for await (const chunk of output ?? []) {
    for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
      const data = chunk.subarray(at, at + PIECE_BYTES).toString('base64');
      line.send({ type: 'file', name, data, last: false });
    }
    if (line.congested) await line.flush();
  }
  line.send({ type: 'file', name, data: '', last: true });
}
