/**
 * `npx tsx dataplane/bpf/generate-abi.ts dist/dataplane.bpf.o`: writes abi.generated.ts from the compiled object.
 * Run it after a change to abi.h or maps.h; test/dataplane/abi.test.ts fails until then.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { readAbi } from './abi-layout.ts';
import { renderAbi } from './render-abi.ts';

const [object] = process.argv.slice(2);
if (object === undefined) throw new Error('usage: generate-abi.ts OBJECT');
writeFileSync(new URL('abi.generated.ts', import.meta.url), renderAbi(readAbi(readFileSync(object))));
