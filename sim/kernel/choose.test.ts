import { expect, test } from 'vitest';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { chooseKernel } from './choose.ts';
import type { Kernel } from './kernel.ts';

function kernel(name: 'host' | 'uml' | 'uml-virtual', usable: boolean): Kernel {
  return {
    name,
    kind: name === 'host' ? 'host' : 'uml',
    clocks: [name === 'uml-virtual' ? 'virtual' : 'real'],
    inspect: () => Promise.resolve({ name, release: null, usable, requirements: [] }),
    start: () => Promise.reject(new Error('not started in this test')),
  };
}

test.each([
  ['the host where it can', true, true, 'host'],
  ['user-mode Linux where the host cannot', false, true, 'uml'],
  ['the last where none can, so that it says what it lacks', false, false, 'uml'],
])('auto takes %s', async (_, host, uml, chosen) => {
  expect((await chooseKernel('auto', null, [kernel('host', host), kernel('uml', uml)])).kernel.name).toBe(chosen);
});

test('a name is taken at its word, usable or not', async () => {
  expect((await chooseKernel('host', null, [kernel('host', false), kernel('uml', true)])).kernel.name).toBe('host');
});

test.each([
  ['the one that is built here, and the stock one', true, 'use --kernel uml-virtual or debian:6.12, or another'],
  ['the stock one alone', false, 'use --kernel debian:6.12, or another'],
])('a kernel without a virtual clock is told of %s', async (_, built, help) => {
  const kernels = [kernel('uml', true), kernel('uml-virtual', built)];
  const failure = await chooseKernel('uml', 'virtual', kernels).catch((error: unknown) => error);
  const [said] = (failure as DiagnosticError).diagnostics;
  expect(said).toMatchObject({ code: 'E516', message: 'the kernel `uml` has no virtual clock' });
  expect(said?.help).toContain(help);
});

test('an unknown name gets the nearest known one', async () => {
  const failure = await chooseKernel('ulm').catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(DiagnosticError);
  expect((failure as DiagnosticError).kind).toBe('input');
  expect((failure as DiagnosticError).diagnostics[0]).toMatchObject({ code: 'E514', help: 'did you mean `uml`?' });
});
