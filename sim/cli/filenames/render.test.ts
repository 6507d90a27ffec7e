import { expect, test } from 'vitest';
import { diskFiles } from '../../manifest/finding/disk-files.ts';
import { complaintIn, withRendering } from './render.ts';

test('what a renderer complains of is its error, not how to see more of it', () => {
  const helm = `Error: template: web/templates/bad.yaml:1:10: nil pointer evaluating interface {}.x

Use --debug flag to render out invalid YAML`;
  expect(complaintIn(helm)).toMatch(/^Error: template: web\/templates\/bad\.yaml:1:10: /);
  expect(complaintIn('# Warning: old\nerror: no kustomization in .')).toBe('error: no kustomization in .');
  expect(complaintIn('it broke\nbadly\n')).toBe('badly');
  expect(complaintIn('')).toBeNull();
});

test('files are asked where their links lead, rendered or not: walls stand on it', () => {
  const files = withRendering(diskFiles, {
    runTool: () => ({ kind: 'missing' }),
    say: () => undefined,
    command: 'check',
  });
  expect(files.realPath?.('.')).toBe(process.cwd());
});
