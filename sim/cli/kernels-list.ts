import { CATALOG } from '../kernel/packages/catalog.ts';
import { type StoredKernel, storedKernels } from '../kernel/packages/store.ts';
import { installedUmlRelease } from '../kernel/uml/uml.ts';
import { builtUmlVirtual } from '../kernel/uml-virtual/built.ts';
import { tableWithin } from '../../reports/terminal/columns.ts';
import type { Action } from './command.ts';
import { widthOf } from './environment.ts';
import { EXIT } from './exit-code.ts';

interface Row {
  readonly name: string;
  /** null: not here. */
  readonly release: string | null;
  /** Where it is from, or how to get it. */
  readonly origin: string;
  readonly bytes: number | null;
  readonly what: string;
}

/** What is here, and what can be had. */
export const listKernels: Action = (environment, _names, options) => {
  const rows = [...outsideTheCache(), ...catalogued(storedKernels())];
  if (options.json === true) environment.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  else environment.stdout.write(`${table(rows, widthOf(environment.stdout)).join('\n')}\n`);
  return Promise.resolve(EXIT.ok);
};

function outsideTheCache(): Row[] {
  const installed = installedUmlRelease();
  const { release } = builtUmlVirtual();
  return [
    {
      name: 'uml',
      release: installed,
      bytes: null,
      what: "this machine's User-mode Linux",
      origin: installed === null ? 'sudo apt-get install user-mode-linux' : 'installed',
    },
    {
      name: 'uml-virtual',
      release,
      bytes: null,
      what: 'User-mode Linux with a virtual clock',
      origin: release === null ? 'ipvlane kernels build uml-virtual' : 'built',
    },
  ];
}

function catalogued(stored: readonly StoredKernel[]): Row[] {
  return CATALOG.map(({ name, what }) => {
    const here = stored.find((kernel) => kernel.name === name);
    if (here === undefined) return { name, release: null, origin: toPull(name), bytes: null, what };
    return { name, release: here.release, origin: here.suite, bytes: here.bytes, what };
  });
}

function toPull(name: string): string {
  return `ipvlane kernels pull ${name}`;
}

function table(rows: readonly Row[], width: number): string[] {
  const cells = rows.map(({ name, release, origin, bytes, what }) => [
    `${release === null ? ' ' : '✓'} ${name}`,
    release ?? '-',
    bytes === null ? '' : `${Math.round(bytes / 1e6)} MB`,
    origin === toPull(name) ? what : `${what} (${origin})`,
  ]);
  const missing = rows.some(({ name, origin }) => origin === toPull(name));
  return [
    ...tableWithin(width, ['  NAME', 'RELEASE', 'SIZE', 'WHAT'], cells, 3),
    ...(missing ? ['', `\`${toPull('NAME')}\` brings what has no ✓; so does \`run --kernel NAME\`.`] : []),
  ];
}
