import { describe, expect, test } from 'vitest';
import { inNamespace, kindNamed, parseObjectName } from './object-name.ts';

describe('a name', () => {
  test.each([
    ['web', null, null, 'web', null],
    ['web[2]', null, null, 'web', 2],
    ['shop/web', null, 'shop', 'web', null],
    ['pod/web-0', 'Pod', null, 'web-0', null],
    ['po/web-0', 'Pod', null, 'web-0', null],
    ['deploy/web', 'Deployment', null, 'web', null],
    ['deployment.apps/web', 'Deployment', null, 'web', null],
    ['deployments.v1.apps/web', 'Deployment', null, 'web', null],
    ['rs/web', 'ReplicaSet', null, 'web', null],
    ['sts/db[1]', 'StatefulSet', null, 'db', 1],
    ['shop/sts/db[1]', 'StatefulSet', 'shop', 'db', 1],
    ['ds/agent', 'DaemonSet', null, 'agent', null],
    ['job/once', 'Job', null, 'once', null],
    ['cj/nightly', 'CronJob', null, 'nightly', null],
    ['networkpolicy.networking.k8s.io/deny', 'NetworkPolicy', null, 'deny', null],
    ['netpol/deny', 'NetworkPolicy', null, 'deny', null],
    ['ns/shop', 'Namespace', 'shop', 'shop', null],
    ['host:outside', 'host', null, 'outside', null],
    ['node:n1', 'node', null, 'n1', null],
    ['node/n1', 'node', null, 'n1', null],
  ] as const)('%s', (text, kind, namespace, name, replica) => {
    expect(parseObjectName(text)).toEqual({ kind, namespace, name, replica });
  });

  test.each(['', '/', 'a/b/c', 'a/', '/a', 'pod/', 'web[x]', 'shop/ns/a', 'a/b/pod/c', 'host:', 'a b'])(
    '`%s` is none',
    (text) => expect(parseObjectName(text)).toBeNull(),
  );

  test.each([
    ['web', 'shop/web'],
    ['deploy/web[0]', 'shop/deploy/web[0]'],
    ['other/web', 'other/web'],
    ['ns/other', 'ns/other'],
    ['host:h', 'host:h'],
    ['10.0.0.1', '10.0.0.1'],
    ['fd00::1', 'fd00::1'],
  ])('%s is %s with -n shop', (text, whole) => {
    expect(inNamespace(text, 'shop')).toBe(whole);
    expect(inNamespace(text, null)).toBe(text);
  });
});

test.each(['service', 'svc', 'deployment.batch', ''])('`%s` is no kind of ours', (word) => {
  expect(kindNamed(word)).toBeNull();
});
