/** A field that is misspelt is one mistake: nothing is said of the field that is missing for it. */
import { describe, expect, test } from 'vitest';
import { memoryFiles } from './finding/memory-files.ts';
import { readManifests } from './read-manifests.ts';

function errorsOf(text: string): string[] {
  const { diagnostics } = readManifests(['a.yaml'], memoryFiles({ 'a.yaml': text }));
  return diagnostics.filter(({ severity }) => severity === 'error').map(({ code, message }) => `${code} ${message}`);
}

const policy = (spec: string) =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: p }\nspec: { ${spec} }\n`;
const scenario = (step: string) =>
  `apiVersion: ipvlane.dev/v1alpha1\nkind: Scenario\nmetadata: { name: s }\nspec: { timeline: [ { ${step} } ] }\n`;
const pod = (container: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: x }\nspec: { containers: [ { ${container} } ] }\n`;

describe('told once', () => {
  test.each([
    ['text', policy('podSelector: {}, ingress: [ { from: [ { ipBlock: { cdir: 10.0.0.0/8 } } ] } ]'), 'cdir'],
    ['one of a few', policy('podSelector: { matchExpressions: [ { key: a, operater: Exists } ] }'), 'operater'],
    ['whom a peer means', policy('podSelector: {}, ingress: [ { from: [ { podSelecter: {} } ] } ]'), 'podSelecter'],
    ['text or a list', scenario('probe: [ { form: a, to: b, port: 80 } ]'), 'form'],
    ['text or a list, of a flow', scenario('traffic: [ { from: a, too: b } ]'), 'too'],
    ['the verb of a step', scenario('prob: [ { from: a, to: b, port: 80 } ]'), 'prob'],
    ['a name', pod('nmae: c, image: i'), 'nmae'],
  ])('%s', (_, text, word) => {
    expect(errorsOf(text)).toEqual([expect.stringMatching(new RegExp(`^E201 unknown field \`${word}\``)) as string]);
  });
});

describe('what is missing besides is told too', () => {
  test('another field than the one meant', () => {
    expect(errorsOf(pod('nmae: c'))).toEqual([
      'E203 missing field `image` in Pod.spec.containers[0]',
      'E201 unknown field `nmae` in Pod.spec.containers[0]',
    ]);
  });

  test('where it is near to nothing', () => {
    expect(errorsOf(pod('colour: red, image: i'))).toEqual([
      'E203 missing field `name` in Pod.spec.containers[0]',
      'E201 unknown field `colour` in Pod.spec.containers[0]',
    ]);
  });

  test('what else is wrong with a peer', () => {
    const peer = '{ ipBlock: { cidr: 10.0.0.0/8 }, podSelector: {}, namespaceSelecter: {} }';
    expect(errorsOf(policy(`podSelector: {}, ingress: [ { from: [ ${peer} ] } ]`))).toHaveLength(2);
  });

  test('a field of several types is missing, as any other', () => {
    expect(errorsOf(scenario('probe: [ { to: b, port: 80 } ]'))).toEqual([
      'E203 missing field `from` in Scenario.spec.timeline[0].probe[0]',
    ]);
  });
});
