/**
 * The corpus of test/dataplane/corpus.test.ts in kernels of three series, each with its own verifier and interpreter; the machine's own
 * is there the fourth. Nothing of it asks a clock.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Kernel } from '../../sim/kernel/kernel.ts';
import { catalogEntry } from '../../sim/kernel/packages/catalog.ts';
import { pullKernel } from '../../sim/kernel/packages/pull.ts';
import { storedUmlKernel, umlKernel, umlVirtualKernel } from '../../sim/kernel/uml/uml.ts';
import { builtUmlVirtual } from '../../sim/kernel/uml-virtual/built.ts';
import { expectWhole } from '../dataplane/corpus/corpus-report.ts';
import { planOf } from '../lab/plans.ts';
import { skipped } from '../report/skipped.ts';
import { notBuilt } from '../kernel/not-built.ts';

const PACKETS = Number(process.env['CORPUS_PACKETS'] ?? 150_000);
const SEED = Number(process.env['CORPUS_SEED'] ?? 20260101);

const folder = mkdtempSync(join(tmpdir(), 'ipvlane-corpus-'));
const agent = join(folder, 'corpus-agent.mjs');
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(async () => {
  const corpus = { packets: PACKETS, seed: SEED };
  await build({
    entryPoints: [join(import.meta.dirname, '../dataplane/corpus/corpus-agent.ts')],
    outfile: agent,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['koffi'],
    logLevel: 'silent',
    define: { CORPUS: JSON.stringify(corpus) },
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
});

async function pulled(name: string): Promise<Kernel> {
  const entry = catalogEntry(name);
  if (entry === null) throw new Error(`the catalog has no ${name}`);
  const { folder, release } = await pullKernel(entry, { onProgress: () => undefined });
  const parts = { program: join(folder, 'linux.uml'), modulesFolder: join(folder, 'modules') };
  return storedUmlKernel({ name, release, ...parts }, { agent });
}

/** What the guest said of it. @throws Error where a packet was misjudged or not counted, in the guest's words */
async function runIn(kernel: Kernel): Promise<{ packets: number; decisions: [string, number][]; release: string }> {
  const [clock] = kernel.clocks;
  const options = { showCommands: false, pcap: false, hold: false, samplingIntervalMs: 100 };
  const script = { type: 'start', plan: planOf({ pods: [] }), options } as const;
  await using guest = await kernel.start({ memoryMiB: 512, keepConsole: null, clock, script });
  for await (const message of guest.messages) {
    if (message.type !== 'exec-output') continue;
    const said = Buffer.from(message.data, 'base64').toString();
    if (message.stream === 'stderr') throw new Error(said);
    return { ...(JSON.parse(said) as { packets: number; decisions: [string, number][] }), release: guest.release };
  }
  const { console, diagnostic } = await guest.ended;
  throw new Error(`${diagnostic?.message ?? 'it said nothing'}\n${console}`);
}

describe(`${PACKETS} malformed packets: none passes a deny, none is uncounted`, () => {
  test.concurrent('in uml:5.10', async () => {
    const report = await runIn(await pulled('uml:5.10'));
    expect(report.release).toMatch(/^5\.10\./);
    expectWhole(report, PACKETS);
  });

  test.concurrent('in uml, which is 6.1', async () => {
    const report = await runIn(umlKernel({ agent }));
    expect(report.release).toMatch(/^6\.1\./);
    expectWhole(report, PACKETS);
  });

  test.skipIf(notBuilt)(`in uml-virtual, which is 6.12${skipped(notBuilt)}`, { concurrent: true }, async () => {
    const report = await runIn(umlVirtualKernel(builtUmlVirtual, { agent }));
    expect(report.release).toMatch(/^6\.12\./);
    expectWhole(report, PACKETS);
  });
});
