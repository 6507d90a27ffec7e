import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { diskFiles } from './disk-files.ts';
import { readManifests } from '../read-manifests.ts';

const POD = 'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [ { name: c, image: i } ] }\n';
const SECRET = 'user: somebody\npassword: not-to-be-printed\n';

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'ipvlane-test-'));
  mkdirSync(join(place, 'given'));
  writeFileSync(join(place, 'secret'), SECRET);
  writeFileSync(join(place, 'given/notes'), SECRET);
  writeFileSync(join(place, 'pod.yaml'), POD);
  writeFileSync(join(place, 'given/pods.yaml'), POD);
  execFileSync('mkfifo', [join(place, 'given/pipe.yaml')]);
});
afterEach(() => rmSync(place, { recursive: true }));

function check(spec: string, allowOutside = false) {
  const scenario = `apiVersion: ipvlane.dev/v1alpha1\nkind: Scenario\nmetadata: { name: s }\nspec: ${spec}\n`;
  writeFileSync(join(place, 'given/scenario.yaml'), scenario);
  const { diagnostics, manifests } = readManifests([join(place, 'given/scenario.yaml')], diskFiles, { allowOutside });
  const shown = JSON.stringify([diagnostics, manifests.files]);
  return { codes: diagnostics.map(({ code }) => code), shown, pods: manifests.pods.length };
}

const trace = (file: string): string => `{ manifests: [ pods.yaml ], underlay: { trace: ${file} } }`;
const apply = (file: string): string => `{ manifests: [ pods.yaml ], timeline: [ { apply: [ ${file} ] } ] }`;
const manifests = (file: string): string => `{ manifests: [ pods.yaml, ${file} ] }`;

test.each([
  ...[manifests, apply].flatMap((field) => [
    { field, file: '../secret', code: 'E573' },
    { field, file: '../pod.yaml', code: 'E573' },
    { field, file: 'link', code: 'E573' },
    { field, file: 'pipe.yaml', code: 'E573' },
    { field, file: 'notes', code: 'E574' },
  ]),
])('$field.name: $file is refused with $code, and nothing of it is shown', ({ field, file, code }) => {
  symlinkSync('../secret', join(place, 'given/link'));
  const { codes, shown } = check(field(file));
  expect(codes).toContain(code);
  expect(shown).not.toContain('not-to-be-printed');
});

test.each([manifests, apply, trace])(
  '$name: a path from the root is refused too, and read by who wants it',
  (field) => {
    const moments = join(place, 'moments');
    writeFileSync(moments, '1\n2\n');
    const file = field === trace ? moments : join(place, 'pod.yaml');
    expect(check(field(file)).codes).toContain('E573');
    expect(check(field(file), true).codes).not.toContain('E573');
    expect(check(field(file), true).codes).not.toContain('E101');
  },
);

test('a trace of a wire is read below what was given alone, and nothing is shown of what is none', () => {
  const asked = [
    ['../secret', 'E573'],
    ['notes', 'E574'],
    ['pipe.yaml', 'E573'],
  ] as const;
  for (const [file, code] of asked) {
    const { codes, shown } = check(trace(file));
    expect(codes).toEqual([code]);
    expect(shown).not.toContain('not-to-be-printed');
  }
});

test.each([apply, trace])('$name: a link that leads nowhere is no folder', (field) => {
  symlinkSync('nowhere', join(place, 'given/dangling.yaml'));
  const { codes, shown } = check(field('dangling.yaml'));
  expect(codes).toEqual(['E102']);
  expect(shown).not.toContain('is a folder');
});

test('a link in a folder that leads out of it is not followed; a pipe there is not opened', () => {
  symlinkSync('../pod.yaml', join(place, 'given/other.yaml'));
  const { diagnostics, manifests } = readManifests([join(place, 'given')], diskFiles);
  expect(diagnostics.map(({ code }) => code)).toEqual(['E102', 'E573']);
  expect(manifests.pods).toHaveLength(1);
});

test('who wants it reads outside', () => {
  const { codes } = check(manifests('../pod.yaml').replace('pods.yaml, ', ''), true);
  expect(codes).toEqual([]);
});
