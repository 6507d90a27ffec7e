import { expect, test } from 'vitest';
import { memoryFiles } from '../finding/memory-files.ts';
import { readManifests } from '../read-manifests.ts';

const object = (apiVersion: string, kind: string, metadata: string, rest = '') =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { ${metadata} }\n${rest}---\n`;
const pod = (spec: string, metadata = 'name: x, namespace: default') =>
  object('v1', 'Pod', metadata, `spec: { ${spec}, containers: [ { name: c, image: i } ] }\n`);
const high = object('scheduling.k8s.io/v1', 'PriorityClass', 'name: high', 'value: 9\n');
const account = (namespace: string) => object('v1', 'ServiceAccount', `name: runner, namespace: ${namespace}`);

function warned(text: string): string[] {
  const { diagnostics } = readManifests(['a.yaml'], memoryFiles({ 'a.yaml': text }));
  return diagnostics.flatMap(({ code, message, help, span }) =>
    code === 'W306'
      ? [`${text.slice(span!.offset, span!.offset + span!.length)}: ${message.slice(0, message.indexOf(':'))}; ${help}`]
      : [],
  );
}

test('what a pod names, and nobody declares, is told once, at its place', () => {
  expect(warned(pod('priorityClassName: nope') + pod('priorityClassName: nope', 'name: y'))).toEqual([
    'nope: PriorityClass `nope` is not declared; declare it, or remove `priorityClassName`',
  ]);
  expect(warned(pod('serviceAccountName: runner') + account('other'))).toEqual([
    'runner: ServiceAccount `default/runner` is not declared; declare it, or remove `serviceAccountName`',
  ]);
  expect(warned(pod('priorityClassName: hihg') + high)).toEqual([
    'hihg: PriorityClass `hihg` is not declared; did you mean `high`?',
  ]);
});

test.each([
  ['declared, in whatever order', pod('priorityClassName: high') + high],
  ['declared in the same namespace', pod('serviceAccountName: runner') + account('default')],
  ['there in every cluster', pod('priorityClassName: system-node-critical, serviceAccountName: default')],
  ['of an exported cluster', pod('priorityClassName: nope', 'name: x, uid: u')],
  ['not said', pod('priorityClassName: ""')],
])('nothing of what is %s', (_, text) => {
  expect(warned(text)).toEqual([]);
});
