import { describe, expect, test } from 'vitest';
import { memoryFiles } from '../finding/memory-files.ts';
import { readManifests } from '../read-manifests.ts';

const HEAD = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: p }\nspec:\n';

/** The diagnostics of a policy with this spec: code and the text it points at. Each has a remedy. */
function refusals(spec: string, head = HEAD): [string, string][] {
  const text = head + spec.replace(/^/gm, '  ');
  return readManifests(['p.yaml'], memoryFiles({ 'p.yaml': text })).diagnostics.map(({ code, span, message, help }) => {
    expect(help ?? '', message).not.toBe('');
    return [code, text.slice(span!.offset, span!.offset + span!.length)];
  });
}

const ingress = (rule: string) => `podSelector: {}\ningress:\n- ${rule}`;

describe('the API server accepts', () => {
  test.each([
    ['everything empty', 'podSelector: {}'],
    ['a rule that allows all', ingress('{}')],
    ['fields written as null', 'podSelector: {}\npolicyTypes:\ningress: null'],
    ['both kinds of selectors together', ingress('from: [ { podSelector: {}, namespaceSelector: {} } ]')],
    [
      'except inside of cidr',
      ingress('from: [ { ipBlock: { cidr: 10.0.0.0/8, except: [ 10.1.0.0/16, 10.2.3.4/32 ] } } ]'),
    ],
    ['IPv6', ingress('from: [ { ipBlock: { cidr: "fd00::/8", except: [ "fd00:1::/32" ] } } ]')],
    ['IPv6 that is not in canonical form', ingress('from: [ { ipBlock: { cidr: "FD00:0:0:0::/64" } } ]')],
    ['all of IPv6', ingress('from: [ { ipBlock: { cidr: "::/0" } } ]')],
    ['an except twice', ingress('from: [ { ipBlock: { cidr: 10.0.0.0/8, except: [ 10.1.0.0/16, 10.1.0.0/16 ] } } ]')],
    ['a policy type twice', 'podSelector: {}\npolicyTypes: [ Ingress, Ingress ]'],
    ['no policy types', 'podSelector: {}\npolicyTypes: []'],
    ['egress rules beside Ingress alone', 'podSelector: {}\npolicyTypes: [ Ingress ]\negress: [ {} ]'],
    ['a range up to the last port', ingress('ports: [ { port: 1, endPort: 65535 } ]')],
    ['a port name of fifteen letters', ingress('ports: [ { port: fifteen-letters } ]')],
    ['a range of one port', ingress('ports: [ { port: 80, endPort: 80 } ]')],
    ['named ports', ingress('ports: [ { port: http-alt, protocol: SCTP } ]')],
    ['a protocol alone', ingress('ports: [ { protocol: UDP } ]')],
    ['an operator without values', 'podSelector: { matchExpressions: [ { key: example.com/a, operator: Exists } ] }'],
    ['an empty label value', 'podSelector: { matchLabels: { a: "" } }'],
    ['no podSelector: all pods of the namespace', 'ingress: []'],
    ['a podSelector of null', 'podSelector:'],
    ['a rule of null, which allows all', ingress('null')],
    ['a port of null: every port of TCP', ingress('ports: [ null ]')],
    ['an empty port', ingress('ports: [ {}, { port: 80 } ]')],
    ['lists of null', ingress('{ from: null, ports: null }')],
    ['a label value of null, which is an empty one', 'podSelector: { matchLabels: { a: } }'],
    ['a value of null', 'podSelector: { matchExpressions: [ { key: a, operator: In, values: [ null ] } ] }'],
  ])('%s', (_, spec) => {
    expect(refusals(spec)).toEqual([]);
  });
});

describe('the API server refuses', () => {
  test.each<[string, string, string, string]>([
    ['an unknown field', 'podselector: {}\npodSelector: {}', 'E201', 'podselector'],
    ['an unknown field in a rule', ingress('to: []'), 'E201', 'to'],
    ['a policy type in lower case', 'podSelector: {}\npolicyTypes: [ egress ]', 'E204', 'egress'],
    [
      'three policy types',
      'podSelector: {}\npolicyTypes: [ Ingress, Egress, Ingress ]',
      'E205',
      '[ Ingress, Egress, Ingress ]',
    ],
    ['an empty peer', ingress('from: [ {} ]'), 'E213', '{}'],
    ['a peer of nulls', ingress('from: [ { podSelector: } ]'), 'E213', '{ podSelector: }'],
    [
      'ipBlock beside a selector',
      ingress('from: [ { ipBlock: { cidr: 10.0.0.0/8 }, podSelector: {} } ]'),
      'E213',
      '{ ipBlock: { cidr: 10.0.0.0/8 }, podSelector: {} }',
    ],
    ['an address that is no CIDR', ingress('from: [ { ipBlock: { cidr: 10.0.0.1 } } ]'), 'E212', '10.0.0.1'],
    ['a prefix too long', ingress('from: [ { ipBlock: { cidr: 10.0.0.0/33 } } ]'), 'E212', '10.0.0.0/33'],
    ['ipBlock without cidr', ingress('from: [ { ipBlock: { except: [] } } ]'), 'E203', 'ipBlock'],
    [
      'except outside of cidr',
      ingress('from: [ { ipBlock: { cidr: 10.0.0.0/8, except: [ 11.0.0.0/16 ] } } ]'),
      'E212',
      '11.0.0.0/16',
    ],
    [
      'except as large as cidr',
      ingress('from: [ { ipBlock: { cidr: 10.0.0.0/8, except: [ 10.0.0.0/8 ] } } ]'),
      'E212',
      '10.0.0.0/8',
    ],
    [
      'except of the other family',
      ingress('from: [ { ipBlock: { cidr: 10.0.0.0/8, except: [ "fd00::/64" ] } } ]'),
      'E212',
      '"fd00::/64"',
    ],
    ['port 0', ingress('ports: [ { port: 0 } ]'), 'E211', '0'],
    ['port 65536', ingress('ports: [ { port: 65536 } ]'), 'E211', '65536'],
    ['a fraction of a port', ingress('ports: [ { port: 1.5 } ]'), 'E202', '1.5'],
    ['a number in quotes', ingress('ports: [ { port: "80" } ]'), 'E211', '"80"'],
    ['a port name too long', ingress('ports: [ { port: sixteen-letters- } ]'), 'E211', 'sixteen-letters-'],
    ['a negative port', ingress('ports: [ { port: -1 } ]'), 'E211', '-1'],
    ['a port that is neither number nor name', ingress('ports: [ { port: true } ]'), 'E202', 'true'],
    ['an empty protocol, which is no absent one', ingress('ports: [ { protocol: "" } ]'), 'E204', '""'],
    ['an empty port name', ingress('ports: [ { port: "" } ]'), 'E211', '""'],
    ['a port name without a letter', ingress('ports: [ { port: 8-0 } ]'), 'E211', '8-0'],
    ['a port name with two hyphens', ingress('ports: [ { port: a--b } ]'), 'E211', 'a--b'],
    ['a port name in upper case', ingress('ports: [ { port: Http } ]'), 'E211', 'Http'],
    ['a port name that begins with a hyphen', ingress('ports: [ { port: -a } ]'), 'E211', '-a'],
    ['an empty protocol', ingress('ports: [ { protocol: "" } ]'), 'E204', '""'],
    ['endPort 0', ingress('ports: [ { port: 80, endPort: 0 } ]'), 'E211', '0'],
    ['endPort in quotes', ingress('ports: [ { port: 80, endPort: "90" } ]'), 'E202', '"90"'],
    ['a mapping for a list of rules', 'podSelector: {}\negress: {}', 'E202', '{}'],
    ['an octet with a leading zero', ingress('from: [ { ipBlock: { cidr: 010.0.0.0/8 } } ]'), 'E212', '010.0.0.0/8'],
    ['a length with a leading zero', ingress('from: [ { ipBlock: { cidr: 10.0.0.0/08 } } ]'), 'E212', '10.0.0.0/08'],
    [
      'IPv4 written as IPv6',
      ingress('from: [ { ipBlock: { cidr: "::ffff:10.0.0.0/104" } } ]'),
      'E212',
      '"::ffff:10.0.0.0/104"',
    ],
    [
      'IPv4 written as IPv6 in except',
      ingress('from: [ { ipBlock: { cidr: "::/0", except: [ "::ffff:a00:0/104" ] } } ]'),
      'E212',
      '"::ffff:a00:0/104"',
    ],
    [
      'an address with a zone',
      ingress('from: [ { ipBlock: { cidr: "fe80::1%eth0/64" } } ]'),
      'E212',
      '"fe80::1%eth0/64"',
    ],
    ['an empty cidr', ingress('from: [ { ipBlock: { cidr: "" } } ]'), 'E212', '""'],
    [
      'NotIn without values',
      'podSelector: { matchExpressions: [ { key: a, operator: NotIn } ] }',
      'E210',
      '{ key: a, operator: NotIn }',
    ],
    [
      'DoesNotExist with values',
      'podSelector: { matchExpressions: [ { key: a, operator: DoesNotExist, values: [ x ] } ] }',
      'E210',
      '[ x ]',
    ],
    ['no operator', 'podSelector: { matchExpressions: [ { key: a } ] }', 'E203', '{ key: a }'],
    ['no key', 'podSelector: { matchExpressions: [ { operator: Exists } ] }', 'E203', '{ operator: Exists }'],
    ['a key prefix in upper case', 'podSelector: { matchLabels: { Ex.com/a: x } }', 'E209', 'Ex.com/a'],
    ['a key that begins with a hyphen', 'podSelector: { matchLabels: { -a: x } }', 'E209', '-a'],
    ['a label value that ends with a hyphen', 'podSelector: { matchLabels: { a: b- } }', 'E209', 'b-'],
    ['a field written twice', 'podSelector: {}\npodSelector: {}', 'W202', 'podSelector'],
    ['a protocol in lower case', ingress('ports: [ { protocol: tcp } ]'), 'E204', 'tcp'],
    ['ICMP', ingress('ports: [ { protocol: ICMP } ]'), 'E204', 'ICMP'],
    ['endPort before port', ingress('ports: [ { port: 80, endPort: 79 } ]'), 'E211', '79'],
    ['endPort too large', ingress('ports: [ { port: 80, endPort: 65536 } ]'), 'E211', '65536'],
    ['endPort without port', ingress('ports: [ { endPort: 79 } ]'), 'E211', '79'],
    ['endPort with a name', ingress('ports: [ { port: http, endPort: 79 } ]'), 'E211', '79'],
    ['In without values', 'podSelector: { matchExpressions: [ { key: a, operator: In, values: [] } ] }', 'E210', '[]'],
    [
      'Exists with values',
      'podSelector: { matchExpressions: [ { key: a, operator: Exists, values: [ x ] } ] }',
      'E210',
      '[ x ]',
    ],
    [
      'an operator of another world',
      'podSelector: { matchExpressions: [ { key: a, operator: Gt, values: [ x ] } ] }',
      'E204',
      'Gt',
    ],
    ['a label key with two slashes', 'podSelector: { matchLabels: { a/b/c: x } }', 'E209', 'a/b/c'],
    ['a label value with a space', 'podSelector: { matchLabels: { a: "x y" } }', 'E209', '"x y"'],
    ['a label value too long', `podSelector: { matchLabels: { a: ${'x'.repeat(64)} } }`, 'E209', 'x'.repeat(64)],
    ['a label value that is a number', 'podSelector: { matchLabels: { a: 1 } }', 'E202', '1'],
    [
      'a selector value with a slash',
      'podSelector: { matchExpressions: [ { key: a, operator: In, values: [ a/b ] } ] }',
      'E210',
      'a/b',
    ],
  ])('%s', (_, spec, code, at) => {
    expect(refusals(spec)).toEqual([[code, at]]);
  });

  test.each([
    ['upper case', 'P'],
    ['an underscore', 'a_b'],
    ['254 characters', 'a'.repeat(254)],
    ['a dot at its end', 'a.'],
  ])('a name with %s', (_, name) => {
    expect(refusals('podSelector: {}', HEAD.replace('name: p', `name: ${name}`))).toEqual([['E208', name]]);
  });

  test('a port beside a wrong protocol', () => {
    expect(refusals(ingress('ports: [ { protocol: tcp, port: 0 } ]'))).toEqual([
      ['E204', 'tcp'],
      ['E211', '0'],
    ]);
  });

  test('all of it at once', () => {
    const both = ingress('{ from: [ {} ], ports: [ { port: 0 }, { endPort: 1 } ] }');
    expect(refusals(both).map(([code]) => code)).toEqual(['E213', 'E211', 'E211']);
  });
});
