import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readAbi } from '../../dataplane/bpf/abi-layout.ts';
import { renderAbi } from '../../dataplane/bpf/render-abi.ts';
import { loadBpfObject } from '../../sim/linux/bpf.ts';
import { maps } from '../../dataplane/bpf/abi.generated.ts';
import { whyNoDataplane } from './machine.ts';
import { compileDataplane } from './object.ts';
import { skipped } from '../report/skipped.ts';

const reason = whyNoDataplane();

describe.skipIf(reason)(`the ABI${skipped(reason)}`, () => {
  it('in TypeScript is that of the compiled object: else run generate-abi.ts', async () => {
    using object = await compileDataplane();
    const committed = readFileSync(new URL('../../dataplane/bpf/abi.generated.ts', import.meta.url), 'utf8');
    expect(committed).toBe(renderAbi(readAbi(readFileSync(object.path))));
  });

  it('has the sizes of keys and values that the kernel has', async () => {
    using file = await compileDataplane();
    using object = loadBpfObject(file.path);
    for (const [name, sizes] of Object.entries(maps)) {
      const { keySize, valueSize, maxEntries } = object.map(name);
      expect({ name, keySize, valueSize, maxEntries }).toEqual({ name, ...sizes });
    }
  });

  it('does not depend on the folder that the object was compiled in', async () => {
    using one = await compileDataplane();
    using other = await compileDataplane();
    expect(readFileSync(one.path).equals(readFileSync(other.path))).toBe(true);
  });
});
