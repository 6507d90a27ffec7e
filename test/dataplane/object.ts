/** The dataplane compiled as the product compiles it, into a temporary folder. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

interface Target {
  readonly name: string;
  build(root: string, into: string, more?: readonly string[]): Promise<void>;
}

/**
 * Disposing takes the folder away.
 * @param more flags of the compiler, for a variant that a test compares with
 * @throws with the compiler's words
 */
export async function compileDataplane(more: readonly string[] = []): Promise<{ readonly path: string } & Disposable> {
  const { targets } = (await import(join(root, 'sim/setup/targets.mjs'))) as { targets: readonly Target[] };
  const target = targets.find(({ name }) => name === 'dataplane.bpf.o');
  if (target === undefined) throw new Error('sim/setup/targets.mjs has no dataplane.bpf.o');
  const folder = mkdtempSync(join(tmpdir(), 'ipvlane-dataplane-'));
  await target.build(root, folder, more);
  return { path: join(folder, target.name), [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}
