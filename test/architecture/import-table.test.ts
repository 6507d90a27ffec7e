import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { beforeAll, describe, expect, it } from 'vitest';
import configuration, { importTable } from '../../.dependency-cruiser.js';

const root = new URL('../../', import.meta.url).pathname;
const table: Record<string, readonly string[]> = importTable;
const isTest = (file: string): boolean => /\.test\.tsx?$|\/fixtures\//.test(file);
const within = (file: string, place: string): boolean =>
  place.endsWith('.ts') ? file === place : file.startsWith(`${place}/`);

let result: ICruiseResult;

beforeAll(async () => {
  const { options = {}, forbidden = [] } = configuration;
  const reply = await cruise(
    ['sim', 'dataplane', 'reports'],
    { ...options, baseDir: root, validate: true, ruleSet: { forbidden } },
    undefined,
    {
      tsConfig: extractTSConfig(join(root, 'tsconfig.json')),
    },
  );
  result = reply.output as ICruiseResult;
}, 240_000);

describe('the import table', () => {
  it('sees the TypeScript files and their imports', () => {
    const files = result.modules.filter((m) => m.source.endsWith('.ts'));
    expect(files.length).toBeGreaterThan(8);
    const edges = files.flatMap((m) => m.dependencies.filter((d) => d.resolved.startsWith('sim/')));
    expect(edges.length).toBeGreaterThan(8);
  });

  it('admits every import there is', () => {
    expect(result.summary.violations.map((v) => `${v.rule.name}: ${v.from} -> ${v.to}`)).toEqual([]);
  });

  it('grants nothing that nobody uses', () => {
    const stale = Object.entries(table).flatMap(([folder, allowed]) => {
      const used = result.modules
        .filter((m) => within(m.source, folder) && !isTest(m.source))
        .flatMap((m) => m.dependencies.map((d) => d.resolved));
      return allowed
        .filter((place) => !used.some((file) => within(file, place)))
        .map((place) => `${folder} -> ${place}`);
    });
    expect(stale).toEqual([]);
  });

  it('has a row for every folder with code', () => {
    const folders = ['sim', 'dataplane', 'reports'].flatMap((top) =>
      readdirSync(join(root, top))
        .filter((name) => statSync(join(root, top, name)).isDirectory())
        .map((name) => `${top}/${name}`),
    );
    const withoutCode = ['sim/setup'];
    expect(folders.filter((folder) => !(folder in table) && !withoutCode.includes(folder))).toEqual([]);
  });
});
