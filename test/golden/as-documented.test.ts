import { expect, test } from 'vitest';
import { sortDiagnostics } from '../../sim/diagnostics/collector.ts';
import { renderText } from '../../sim/diagnostics/render-text.ts';
import { diskFiles } from '../../sim/manifest/finding/disk-files.ts';
import { readManifests } from '../../sim/manifest/read-manifests.ts';
import { makePlan } from '../../sim/plan/make-plan.ts';

test("every mistake of Spiderpool's document has one good diagnostic", async () => {
  const read = readManifests(['scenarios/seed/as-documented'], diskFiles);
  const planned = makePlan(read.manifests);
  const sources = new Map(read.manifests.files.map(({ file, text }) => [file, text]));
  const diagnostics = sortDiagnostics([...read.diagnostics, ...planned.diagnostics]);
  const text = renderText(diagnostics, { sourceOf: (file) => sources.get(file), colour: false });
  await expect(text).toMatchFileSnapshot('as-documented.txt');
});

test('the seed, which corrects them, has none', () => {
  const read = readManifests(['scenarios/seed'], diskFiles);
  expect([...read.diagnostics, ...makePlan(read.manifests).diagnostics]).toEqual([]);
});
