import { describe, expect, test } from 'vitest';
import { memoryFiles } from '../memory-files.ts';
import { readManifests } from '../read-manifests.ts';

function refusals(text: string): [string, string][] {
  return readManifests(['a.yaml'], memoryFiles({ 'a.yaml': text })).diagnostics.map(({ code, span }) => [
    code,
    text.slice(span!.offset, span!.offset + span!.length),
  ]);
}

const object = (apiVersion: string, kind: string, spec: string, metadata = 'name: x') =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { ${metadata} }\nspec: ${spec}\n`;
const pod = (container: string, metadata?: string) => object('v1', 'Pod', `{ containers: [ ${container} ] }`, metadata);
const deployment = (labels: string) =>
  object(
    'apps/v1',
    'Deployment',
    `{ selector: { matchLabels: { a: b } }, template: { metadata: { labels: ${labels} }, spec: { containers: [ { name: c } ] } } }`,
  );
const multus = (spec: string) => object('spiderpool.spidernet.io/v2beta1', 'SpiderMultusConfig', spec);
const pool = (spec: string) => object('spiderpool.spidernet.io/v2beta1', 'SpiderIPPool', spec);
const nad = (config: string) => object('k8s.cni.cncf.io/v1', 'NetworkAttachmentDefinition', `{ config: '${config}' }`);

describe('accepted', () => {
  test.each([
    [
      'fields of a pod that do not concern the network',
      pod('{ name: c, env: [ { name: A, value: "1" } ], livenessProbe: { exec: {} }, resources: {} }'),
    ],
    ['what the API server adds', pod('{ name: c }', 'name: x, uid: u, creationTimestamp: null, managedFields: []')],
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
    [
      'an empty name and protocol of a container port',
      pod('{ name: c, ports: [ { containerPort: 80, name: "", protocol: "" } ] }'),
    ],
    ['an annotation of capitals before the slash', pod('{ name: c }', 'name: x, annotations: { Example.com/a: b }')],
    [
      'one port name in two containers',
      pod(
        '{ name: c, ports: [ { containerPort: 1, name: p } ] }, { name: d, ports: [ { containerPort: 2, name: p } ] }',
      ),
    ],
    ['an empty generateName beside a name', pod('{ name: c }', 'name: x, generateName: ""')],
    ['an empty name beside a generateName', pod('{ name: c }', 'name: "", generateName: x-')],
    [
      'an empty operator and effect of a toleration',
      object(
        'v1',
        'Pod',
        '{ containers: [ { name: c } ], tolerations: [ { key: k, operator: "", value: v, effect: "" } ] }',
      ),
    ],
  ])('%s', (_, text) => {
    expect(refusals(text)).toEqual([]);
  });
});

describe('refused', () => {
  test.each<[string, string, string, string]>([
    ['a misspelled field of a container', pod('{ name: c, prots: [] }'), 'E201', 'prots'],
    ['a container without a name', pod('{ image: i }'), 'E203', '{ image: i }'],
    ['a pod without containers', object('v1', 'Pod', '{ containers: [] }'), 'E205', '[]'],
    ['a port in quotes', pod('{ name: c, ports: [ { containerPort: "80" } ] }'), 'E202', '"80"'],
    ['a port out of range', pod('{ name: c, ports: [ { containerPort: 65536 } ] }'), 'E205', '65536'],
    ['a port name in capitals', pod('{ name: c, ports: [ { containerPort: 80, name: HTTP } ] }'), 'E211', 'HTTP'],
    [
      'two ports of one name',
      pod('{ name: c, ports: [ { containerPort: 81, name: http }, { containerPort: 80, name: http } ] }'),
      'E211',
      'http',
    ],
    ['two containers of one name', pod('{ name: c }, { name: c }'), 'E208', 'c'],
    ['an empty selector', deployment('{ a: b }').replace('matchLabels: { a: b }', ''), 'E210', '{  }'],
    [
      'an annotation that is a number',
      pod('{ name: c }', 'name: x, annotations: { kubernetes.io/egress-bandwidth: 100 }'),
      'E202',
      '100',
    ],
    ['a name in capitals', pod('{ name: c }', 'name: Web'), 'E208', 'Web'],
    ['a namespace with a dot', pod('{ name: c }', 'name: x, namespace: a.b'), 'E208', 'a.b'],
    ['no name', pod('{ name: c }', 'labels: {}'), 'E203', '{ labels: {} }'],
    ['two empty names', pod('{ name: c }', 'name: "", generateName: ""'), 'E203', '{ name: "", generateName: "" }'],
    ['an empty name of a container', pod('{ name: "" }'), 'E208', '""'],
    [
      'a toleration with two empty texts where one is needed',
      object('v1', 'Pod', '{ containers: [ { name: c } ], tolerations: [ { key: "", operator: "" } ] }'),
      'E204',
      '""',
    ],
    ['a generated name in capitals', pod('{ name: c }', 'generateName: X-'), 'E208', 'X-'],
    ['a selector that finds none of its pods', deployment('{ a: c }'), 'E219', '{ matchLabels: { a: b } }'],
    [
      'a negative number of replicas',
      object('v1', 'ReplicationController', '{ replicas: -1, template: { spec: { containers: [ { name: c } ] } } }'),
      'E205',
      '-1',
    ],
    [
      'chained JSON that is none',
      multus(`{ cniType: ipvlan, chainCNIJsonData: [ '{ "type": ' ] }`),
      'E214',
      `'{ "type": '`,
    ],
    ['chained JSON without a type', multus(`{ cniType: ipvlan, chainCNIJsonData: [ '{}' ] }`), 'E214', `'{}'`],
    ['a CNI type that Spiderpool has not', multus('{ cniType: ipvlann }'), 'E204', 'ipvlann'],
    ['a VLAN beyond 4094', multus('{ ipvlan: { master: [ eth0 ], vlanID: 4095 } }'), 'E205', '4095'],
    ['a master with a slash', multus('{ ipvlan: { master: [ a/b ] } }'), 'E208', 'a/b'],
    ['ips that are no list', pool('{ subnet: 10.0.0.0/8, ips: 10.0.0.1-10.0.0.9 }'), 'E202', '10.0.0.1-10.0.0.9'],
    ['a pool without a subnet', pool('{ ips: [] }'), 'E203', 'spec'],
    ['IP version 5', pool('{ subnet: 10.0.0.0/8, ipVersion: 5 }'), 'E204', '5'],
    ['a configuration that is no JSON', nad('{"type":'), 'E214', `'{"type":'`],
    ['a configuration without a plugin', nad('{"name":"n"}'), 'E214', `'{"name":"n"}'`],
    ['a plugin without a type', nad('{"plugins":[{}]}'), 'E214', `'{"plugins":[{}]}'`],
  ])('%s', (_, text, code, at) => {
    expect(refusals(text)).toEqual([[code, at]]);
  });
});
