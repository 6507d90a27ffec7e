import { describe, expect, test } from 'vitest';
import { memoryFiles } from '../finding/memory-files.ts';
import { readManifests } from '../read-manifests.ts';

function said(text: string): [string, string][] {
  return readManifests(['a.yaml'], memoryFiles({ 'a.yaml': text })).diagnostics.map(({ code, span }) => [
    code,
    text.slice(span!.offset, span!.offset + span!.length),
  ]);
}

const refusals = (text: string) => said(text).filter(([code]) => code.startsWith('E'));

const object = (apiVersion: string, kind: string, spec: string, metadata = 'name: x') =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { ${metadata} }\nspec: ${spec}\n`;
const pod = (container: string, metadata?: string) => object('v1', 'Pod', `{ containers: [ ${container} ] }`, metadata);
const deployment = (labels: string) =>
  object(
    'apps/v1',
    'Deployment',
    `{ selector: { matchLabels: { a: b } }, template: { metadata: { labels: ${labels} }, spec: { containers: [ { name: c, image: i } ] } } }`,
  );
/** A workload of the kind, with what its template's spec has besides a container. */
const templated = (kind: string, more: string) => {
  const template = `template: { metadata: { labels: { a: b } }, spec: { ${more} containers: [ { name: c, image: i } ] } }`;
  const selector = 'selector: { matchLabels: { a: b } },';
  switch (kind) {
    case 'Job':
      return object('batch/v1', kind, `{ ${template} }`);
    case 'CronJob':
      return object('batch/v1', kind, `{ schedule: "@daily", jobTemplate: { spec: { ${template} } } }`);
    case 'ReplicationController':
      return object('v1', kind, `{ ${template} }`);
    default:
      return object('apps/v1', kind, `{ ${selector} ${template} }`);
  }
};
const LASTING = ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'ReplicationController'];
const ENDING = ['Job', 'CronJob'];
const selecting = (expression: string) =>
  deployment('{ a: b }').replace('matchLabels: { a: b }', `matchExpressions: [ ${expression} ]`);
const hostPorts = (more: string, ...ports: string[]) =>
  object('v1', 'Pod', `{ ${more} containers: [ { name: c, image: i, ports: [ ${ports.join(', ')} ] } ] }`);
const multus = (spec: string) => object('spiderpool.spidernet.io/v2beta1', 'SpiderMultusConfig', spec);
const pool = (spec: string) => object('spiderpool.spidernet.io/v2beta1', 'SpiderIPPool', spec);
const nad = (config: string) => object('k8s.cni.cncf.io/v1', 'NetworkAttachmentDefinition', `{ config: '${config}' }`);

describe('accepted', () => {
  test.each([
    [
      'fields of a pod that do not concern the network',
      pod(
        '{ name: c, image: i, env: [ { name: A, value: "1" } ], livenessProbe: { exec: { command: [ x ] } }, resources: {} }',
      ),
    ],
    [
      'what the API server adds',
      pod('{ name: c, image: i }', 'name: x, uid: u, creationTimestamp: null, managedFields: []'),
    ],
    [
      'a full ipvlan configuration',
      multus(
        '{ cniType: ipvlan, ipvlan: { master: [ eth0, eth1 ], vlanID: 100, mtu: 1400, bond: { name: bond0, mode: 1, options: "" }, ippools: { ipv4: [ a ], ipv6: [ b ] } }, coordinator: { mode: auto, hijackCIDR: [ 169.254.0.0/16 ] } }',
      ),
    ],
    ['other types of CNI', multus('{ cniType: macvlan, macvlan: { master: [ eth0 ] } }')],
    [
      'a full pool',
      pool(
        '{ ipVersion: 4, subnet: 10.0.0.0/8, ips: [ 10.0.0.1 ], excludeIPs: [], gateway: 10.0.0.1, routes: [ { dst: 1.0.0.0/8, gw: 10.0.0.1 } ], podAffinity: { matchLabels: { a: b } }, default: true, disable: false, multusName: [ a/b ] }',
      ),
    ],
    ['a list of plugins', nad('{"cniVersion":"0.3.1","name":"n","plugins":[{"type":"ipvlan"}]}')],
    ['one plugin', nad('{"type":"ipvlan","master":"eth0"}')],
    ['a network whose configuration is on the node', nad('')],
    ['a workload that selects its template', deployment('{ a: b, c: d }')],
    ['a workload that selects it by expressions', selecting('{ key: a, operator: In, values: [ b ] }')],
    ...LASTING.flatMap((kind) =>
      ['', 'restartPolicy: Always,', 'restartPolicy: "",'].map((more): [string, string] => [
        `${kind}: ${more}`,
        templated(kind, more),
      ]),
    ),
    ...ENDING.flatMap((kind) =>
      ['Never', 'OnFailure'].map((policy): [string, string] => [
        `${kind}: ${policy}`,
        templated(kind, `restartPolicy: ${policy},`),
      ]),
    ),
    ['a pod that ends', object('v1', 'Pod', '{ restartPolicy: Never, containers: [ { name: c, image: i } ] }')],
    [
      'one port of the node for two protocols',
      hostPorts('hostNetwork: true,', '{ containerPort: 53 }', '{ containerPort: 53, protocol: UDP }'),
    ],
    [
      'the same port of the host network twice over',
      hostPorts('hostNetwork: true,', '{ containerPort: 53, hostPort: 53 }'),
    ],
    [
      'an empty name and protocol of a container port',
      pod('{ name: c, image: i, ports: [ { containerPort: 80, name: "", protocol: "" } ] }'),
    ],
    [
      'an annotation of capitals before the slash',
      pod('{ name: c, image: i }', 'name: x, annotations: { Example.com/a: b }'),
    ],
    [
      'one port name in two containers',
      pod(
        '{ name: c, image: i, ports: [ { containerPort: 1, name: p } ] }, { name: d, image: i, ports: [ { containerPort: 2, name: p } ] }',
      ),
    ],
    ['an empty generateName beside a name', pod('{ name: c, image: i }', 'name: x, generateName: ""')],
    ['an empty name beside a generateName', pod('{ name: c, image: i }', 'name: "", generateName: x-')],
    [
      'an empty operator and effect of a toleration',
      object(
        'v1',
        'Pod',
        '{ containers: [ { name: c, image: i } ], tolerations: [ { key: k, operator: "", value: v, effect: "" } ] }',
      ),
    ],
  ])('%s', (_, text) => {
    expect(said(text)).toEqual([]);
  });
});

describe('refused', () => {
  test.each<[string, string, string, string]>([
    ['a misspelled field of a container', pod('{ name: c, image: i, prots: [] }'), 'E201', 'prots'],
    ['a container without a name', pod('{ image: i }'), 'E203', '{ image: i }'],
    ['a container without an image', pod('{ name: c }'), 'E203', '{ name: c }'],
    ['an empty image', pod('{ name: c, image: "" }'), 'E203', '{ name: c, image: "" }'],
    ['an image that is a number', pod('{ name: c, image: 1 }'), 'E202', '1'],
    [
      'an init container without an image',
      object('v1', 'Pod', '{ containers: [ { name: c, image: i } ], initContainers: [ { name: d } ] }'),
      'E203',
      '{ name: d }',
    ],
    ['a template without an image', deployment('{ a: b }').replace(', image: i', ''), 'E203', '{ name: c }'],
    ['a pull policy that is none', pod('{ name: c, image: i, imagePullPolicy: Sometimes }'), 'E204', 'Sometimes'],
    [
      'a restart policy of a pod that is none',
      object('v1', 'Pod', '{ restartPolicy: Alwyas, containers: [ { name: c, image: i } ] }'),
      'E204',
      'Alwyas',
    ],
    [
      'a restart policy of a container that is none',
      pod('{ name: c, image: i, restartPolicy: always }'),
      'E204',
      'always',
    ],
    ...LASTING.flatMap((kind) =>
      ['Never', 'OnFailure'].map((policy): [string, string, string, string] => [
        `${kind}: ${policy}`,
        templated(kind, `restartPolicy: ${policy},`),
        'E204',
        policy,
      ]),
    ),
    ...ENDING.flatMap((kind): [string, string, string, string][] => [
      [`${kind}: Always`, templated(kind, 'restartPolicy: Always,'), 'E204', 'Always'],
      [`${kind} without one`, templated(kind, ''), 'E203', 'spec'],
      [`${kind} with an empty one`, templated(kind, 'restartPolicy: "",'), 'E203', 'spec'],
    ]),
    ...LASTING.map((kind): [string, string, string, string] => [
      `${kind}: an end`,
      templated(kind, 'activeDeadlineSeconds: 5,'),
      'E223',
      '5',
    ]),
    [
      'an expression that finds none of its pods',
      selecting('{ key: a, operator: NotIn, values: [ b ] }'),
      'E219',
      '{ key: a, operator: NotIn, values: [ b ] }',
    ],
    [
      'a controller that can select nothing',
      templated('ReplicationController', '').replace('labels: { a: b }', ''),
      'E210',
      '{ template: { metadata: {  }, spec: {  containers: [ { name: c, image: i } ] } } }',
    ],
    [
      'a port of the node twice',
      hostPorts('', '{ containerPort: 1, hostPort: 80 }', '{ containerPort: 2, hostPort: 80 }'),
      'E211',
      '80',
    ],
    [
      'a port of the host network twice',
      hostPorts('hostNetwork: true,', '{ containerPort: 80 }', '{ containerPort: 80 }'),
      'E211',
      '80',
    ],
    [
      'another port of the node than its own',
      hostPorts('hostNetwork: true,', '{ containerPort: 80, hostPort: 81 }'),
      'E211',
      '81',
    ],
    ['a pod without containers', object('v1', 'Pod', '{ containers: [] }'), 'E205', '[]'],
    ['a port in quotes', pod('{ name: c, image: i, ports: [ { containerPort: "80" } ] }'), 'E202', '"80"'],
    ['a port out of range', pod('{ name: c, image: i, ports: [ { containerPort: 65536 } ] }'), 'E205', '65536'],
    [
      'a port name in capitals',
      pod('{ name: c, image: i, ports: [ { containerPort: 80, name: HTTP } ] }'),
      'E211',
      'HTTP',
    ],
    [
      'two ports of one name',
      pod('{ name: c, image: i, ports: [ { containerPort: 81, name: http }, { containerPort: 80, name: http } ] }'),
      'E211',
      'http',
    ],
    ['two containers of one name', pod('{ name: c, image: i }, { name: c, image: i }'), 'E208', 'c'],
    ['an empty selector', deployment('{ a: b }').replace('matchLabels: { a: b }', ''), 'E210', '{  }'],
    [
      'an annotation that is a number',
      pod('{ name: c, image: i }', 'name: x, annotations: { kubernetes.io/egress-bandwidth: 100 }'),
      'E202',
      '100',
    ],
    ['a name in capitals', pod('{ name: c, image: i }', 'name: Web'), 'E208', 'Web'],
    ['a namespace with a dot', pod('{ name: c, image: i }', 'name: x, namespace: a.b'), 'E208', 'a.b'],
    ['no name', pod('{ name: c, image: i }', 'labels: {}'), 'E203', '{ labels: {} }'],
    [
      'two empty names',
      pod('{ name: c, image: i }', 'name: "", generateName: ""'),
      'E203',
      '{ name: "", generateName: "" }',
    ],
    ['an empty name of a container', pod('{ name: "", image: i }'), 'E208', '""'],
    [
      'a toleration with two empty texts where one is needed',
      object('v1', 'Pod', '{ containers: [ { name: c, image: i } ], tolerations: [ { key: "", operator: "" } ] }'),
      'E204',
      '""',
    ],
    ['a generated name in capitals', pod('{ name: c, image: i }', 'generateName: X-'), 'E208', 'X-'],
    ['a selector that finds none of its pods', deployment('{ a: c }'), 'E219', '{ matchLabels: { a: b } }'],
    [
      'a negative number of replicas',
      object(
        'v1',
        'ReplicationController',
        '{ replicas: -1, template: { metadata: { labels: { a: b } }, spec: { containers: [ { name: c, image: i } ] } } }',
      ),
      'E205',
      '-1',
    ],
    ['chained JSON that is none', multus(`{ cniType: ipvlan, chainCNIJsonData: [ '{ "type": ' ] }`), 'E214', ':'],
    ['chained JSON without a type', multus(`{ cniType: ipvlan, chainCNIJsonData: [ '{}' ] }`), 'E214', `'{}'`],
    ['a CNI type that Spiderpool has not', multus('{ cniType: ipvlann }'), 'E204', 'ipvlann'],
    ['a VLAN beyond 4094', multus('{ ipvlan: { master: [ eth0 ], vlanID: 4095 } }'), 'E205', '4095'],
    ['a master with a slash', multus('{ ipvlan: { master: [ a/b ] } }'), 'E208', 'a/b'],
    ['ips that are no list', pool('{ subnet: 10.0.0.0/8, ips: 10.0.0.1-10.0.0.9 }'), 'E202', '10.0.0.1-10.0.0.9'],
    ['a pool without a subnet', pool('{ ips: [] }'), 'E203', 'spec'],
    ['IP version 5', pool('{ subnet: 10.0.0.0/8, ipVersion: 5 }'), 'E204', '5'],
    ['a configuration that is no JSON', nad('{"type":'), 'E214', ':'],
    ['a configuration with a comma too many', nad('{"type":"ipvlan",}'), 'E214', '}'],
    ['a configuration that goes on', nad('{"type":"ipvlan"} x'), 'E214', 'x'],
    ['a configuration without a plugin', nad('{"name":"n"}'), 'E214', `'{"name":"n"}'`],
    ['a plugin without a type', nad('{"plugins":[{}]}'), 'E214', `'{"plugins":[{}]}'`],
  ])('%s', (_, text, code, at) => {
    expect(refusals(text)).toEqual([[code, at]]);
  });
});

describe('sysctls of a namespace that the pod shares with its node', () => {
  const sharing = (more: string, sysctl: string) =>
    refusals(templated('Deployment', `${more} securityContext: { sysctls: [ { name: ${sysctl}, value: "1" } ] },`));

  test.each([
    ['hostIPC: true,', 'kernel.shm_rmid_forced'],
    ['hostIPC: true,', 'fs/mqueue/msg_max'],
    ['hostNetwork: true,', 'net.ipv4.tcp_syncookies'],
  ])('%s %s', (more, sysctl) => {
    expect(sharing(more, sysctl)).toEqual([['E443', sysctl]]);
  });

  test.each([
    ['hostNetwork: true,', 'kernel.shm_rmid_forced'],
    ['hostIPC: true,', 'net.ipv4.tcp_syncookies'],
    ['hostIPC: false, hostNetwork: false,', 'net.ipv4.tcp_syncookies'],
  ])('taken: %s %s', (more, sysctl) => {
    expect(sharing(more, sysctl)).toEqual([]);
  });
});

const withVolumes = (volumes: string, container: string) =>
  object('v1', 'Pod', `{ volumes: [ ${volumes} ], containers: [ { name: c, image: i, ${container} } ] }`);
const inContainer = (more: string) => pod(`{ name: c, image: i, ${more} }`);
const inInit = (more: string) =>
  object('v1', 'Pod', `{ initContainers: [ { name: d, image: i, ${more} } ], containers: [ { name: c, image: i } ] }`);
const claiming = (mounted: string) =>
  templated('StatefulSet', '')
    .replace('{ selector:', '{ volumeClaimTemplates: [ { metadata: { name: data } } ], selector:')
    .replace('image: i', `image: i, volumeMounts: [ { name: ${mounted}, mountPath: /d } ]`);
const job = (more: string) => templated('Job', 'restartPolicy: Never,').replace('{ template', `{ ${more} template`);

const replacing = (kind: string, more: string) => templated(kind, '').replace('{ selector:', `{ ${more}, selector:`);

describe('what the API server refuses in fields that nothing here reads', () => {
  test.each<[text: string, code: string, at: string]>([
    [inContainer('resources: { requests: { cpu: 2 }, limits: { cpu: 1500m } }'), 'E205', '2'],
    [inContainer('resources: { requests: { memory: 65Mi }, limits: { memory: 64Mi } }'), 'E205', '65Mi'],
    [inContainer('resources: { limits: { cpu: -1 } }'), 'E205', '-1'],
    [inContainer('resources: { requests: { hugepages-2Mi: 2Mi } }'), 'E203', '2Mi'],
    [inContainer('resources: { requests: { x.io/y: "1" }, limits: { x.io/y: "2" } }'), 'E205', '"1"'],
    [inInit('resources: { requests: { cpu: 2 }, limits: { cpu: 1 } }'), 'E205', '2'],
    [
      object(
        'v1',
        'Pod',
        '{ resources: { requests: { cpu: 2 }, limits: { cpu: 1 } }, containers: [ { name: c, image: i } ] }',
      ),
      'E205',
      '2',
    ],
    [inContainer('volumeMounts: [ { name: v, mountPath: /v } ]'), 'E227', 'v'],
    [inInit('volumeMounts: [ { name: v, mountPath: /v } ]'), 'E227', 'v'],
    [inContainer('volumeDevices: [ { name: v, devicePath: /dev/x } ]'), 'E227', 'v'],
    [claiming('dta'), 'E227', 'dta'],
    [
      withVolumes(
        '{ name: v }, { name: w }',
        'volumeMounts: [ { name: v, mountPath: /v }, { name: w, mountPath: /v } ]',
      ),
      'E227',
      '/v',
    ],
    [withVolumes('{ name: v, emptyDir: {}, secret: { secretName: s } }', ''), 'E223', '{ secretName: s }'],
    [
      withVolumes('{ name: v, projected: { sources: [ { secret: { name: s }, configMap: { name: m } } ] } }', ''),
      'E223',
      '{ name: s }',
    ],
    [withVolumes('{ name: v }, { name: v }', ''), 'E208', 'v'],
    [withVolumes('{ name: a.b }', ''), 'E208', 'a.b'],
    [inContainer('livenessProbe: { periodSeconds: 5 }'), 'E203', '{ periodSeconds: 5 }'],
    [inContainer('livenessProbe: { exec: {} }'), 'E203', '{}'],
    [inContainer('lifecycle: { preStop: {} }'), 'E203', '{}'],
    [inContainer('startupProbe: { exec: { command: [ x ] }, tcpSocket: { port: 80 } }'), 'E223', '{ port: 80 }'],
    [inContainer('readinessProbe: { httpGet: { path: / } }'), 'E203', '{ path: / }'],
    [inContainer('readinessProbe: { httpGet: { port: 0 } }'), 'E205', '0'],
    [inContainer('readinessProbe: { httpGet: { port: "80" } }'), 'E211', '"80"'],
    [inContainer('readinessProbe: { httpGet: { port: 80, scheme: http } }'), 'E204', 'http'],
    [inContainer('readinessProbe: { tcpSocket: { port: 65536 } }'), 'E205', '65536'],
    [inContainer('readinessProbe: { grpc: { port: web } }'), 'E202', 'web'],
    [inContainer('livenessProbe: { tcpSocket: { port: 80 }, successThreshold: 2 }'), 'E205', '2'],
    [inInit('livenessProbe: { tcpSocket: { port: 80 } }'), 'E223', '{ tcpSocket: { port: 80 } }'],
    [job('completionMode: Indexed, parallelism: 2,'), 'E203', 'Indexed'],
    [job('backoffLimitPerIndex: 2,'), 'E223', '2'],
    [replacing('Deployment', 'strategy: { type: Recreate, rollingUpdate: {} }'), 'E223', '{}'],
    [
      replacing('StatefulSet', 'updateStrategy: { type: OnDelete, rollingUpdate: { partition: 1 } }'),
      'E223',
      '{ partition: 1 }',
    ],
  ])('%s', (text, code, at) => {
    expect(refusals(text)).toEqual([[code, at]]);
  });

  test.each([
    [replacing('Deployment', 'strategy: { type: Recreate, rollingUpdate: null }')],
    [replacing('Deployment', 'strategy: { rollingUpdate: { maxSurge: 1 } }')],
    [replacing('DaemonSet', 'updateStrategy: { type: OnDelete, rollingUpdate: {} }')],
    [inContainer('resources: { requests: { cpu: 1500m }, limits: { cpu: 1.5 } }')],
    [inContainer('resources: { requests: { cpu: 9 }, limits: { memory: 1Gi } }')],
    [inContainer('resources: { requests: { x.io/y: 1 }, limits: { x.io/y: "1" } }')],
    [withVolumes('{ name: v }', 'volumeMounts: [ { name: v, mountPath: /v }, { name: v, mountPath: /w } ]')],
    [withVolumes('{ name: v, emptyDir: {}, secret: null }', '')],
    [claiming('data')],
    [inContainer('livenessProbe: { httpGet: { port: http }, successThreshold: 1 }')],
    [inContainer('livenessProbe: { grpc: { port: 80 } }, readinessProbe: null, lifecycle: {}')],
    [inContainer('lifecycle: { preStop: { sleep: { seconds: 5 } } }')],
    [inInit('restartPolicy: Always, startupProbe: { tcpSocket: { port: 80 } }')],
    [inContainer('ports: [ { containerPort: 80 }, { containerPort: 80 } ]')],
    [job('completionMode: Indexed,')],
    [job('completionMode: Indexed, completions: 3, backoffLimitPerIndex: 2,')],
  ])('taken: %s', (text) => {
    expect(refusals(text)).toEqual([]);
  });
});

describe('fields of a status that this program does not know', () => {
  const status = (fields: string) => `${pod('{ name: c, image: i }')}status: { ${fields} }\n`;

  test.each([
    ['', status('futureField: 1, phase: Running')],
    ['inside of a list', status('conditions: [ { type: A, status: "True", observedBy: x } ]')],
    ['of a workload', `${deployment('{ a: b }')}status: { replicas: 1, futureReplicas: { a: 1 } }\n`],
  ])('are of a newer server: taken %s', (_, text) => {
    expect(said(text)).toEqual([]);
  });

  test('are told of where they are near to one that is known', () => {
    expect(said(status('podIp: 10.0.0.1'))).toEqual([['W450', 'podIp']]);
  });

  test('hide no other mistake', () => {
    expect(said(status('futureField: 1, phase: 7'))).toEqual([['E202', '7']]);
    expect(said(pod('{ name: c, image: i, status: {} }'))).toEqual([['E201', 'status']]);
  });
});
