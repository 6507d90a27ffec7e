import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { planOf, podOf } from '../../test/lab/plans.ts';
import { portText } from '../plan/plan.ts';
import { firstPartyOf, onePartyOf, portAsked, questionOf, refuseNobody, targetOf } from './question.ts';

const owner = { kind: 'Deployment', name: 'web' };
const plan = planOf({
  pods: [
    podOf(1, 'web-a', 'n1', { owner, ports: [{ name: 'http', protocol: 'TCP', port: 8080 }] }),
    podOf(2, 'web-b', 'n2', { owner, ports: [{ name: 'http', protocol: 'TCP', port: 8080 }] }),
    podOf(3, 'client', 'n1'),
  ],
});
const names = (parties: readonly { readonly name: string }[]) => parties.map(({ name }) => name);
const ask = (words: Partial<Parameters<typeof questionOf>[1]>) =>
  questionOf(plan, { from: [], to: [], ports: [], ...words });

describe('a question', () => {
  it('is about every pod and host, and each declared port of those that declare it, when nothing is named', () => {
    const { from, targets } = ask({});
    expect(names(from)).toEqual(['default/web-a', 'default/web-b', 'default/client', 'host:outside']);
    expect(targets.map((target) => [portText(target), ...names(target.to)])).toEqual([
      ['TCP/8080', 'default/web-a', 'default/web-b'],
      ['ICMP', 'default/client', 'host:outside'],
    ]);
  });

  it('takes a workload for its pods, a replica by its number, and nobody twice', () => {
    const { from, targets } = ask({ from: ['web', 'default/web-a'], to: ['web[1]', 'node:n1'], ports: ['53/UDP'] });
    expect(names(from)).toEqual(['default/web-a', 'default/web-b']);
    expect(targets.map((target) => names(target.to))).toEqual([['default/web-b', 'node:n1']]);
  });

  it('takes the kinds that kubectl takes, and a namespace for all its pods', () => {
    expect(names(ask({ from: ['deploy/web'] }).from)).toEqual(['default/web-a', 'default/web-b']);
    expect(names(ask({ from: ['pod/web[1]', 'po/client'] }).from)).toEqual(['default/web-b', 'default/client']);
    expect(names(ask({ from: ['ns/default'] }).from)).toEqual(['default/web-a', 'default/web-b', 'default/client']);
    for (const text of ['sts/web', 'pod/web', 'netpol/web', 'ns/shop']) expect(() => ask({ from: [text] })).toThrow();
  });

  it('of a workload that is named by its kind is the first pod where there must be one', () => {
    expect(firstPartyOf(plan, 'deploy/web').name).toBe('default/web-a');
    expect(firstPartyOf(plan, 'web[1]').name).toBe('default/web-b');
    for (const text of ['web', 'ns/default']) expect(() => firstPartyOf(plan, text)).toThrow('names');
  });

  it('without a port is about the one that is declared, ICMP where none is', () => {
    expect(portText(portAsked('', onePartyOf(plan, 'web[0]')))).toBe('TCP/8080');
    expect(portText(portAsked('', onePartyOf(plan, 'client')))).toBe('ICMP');
    expect(portText(portAsked('53/udp', onePartyOf(plan, 'client')))).toBe('UDP/53');
  });

  it('refuses a name that nobody has, and says who was probably meant', () => {
    expect(() => ask({ from: ['clinet'] })).toThrow(DiagnosticError);
    expect(() => ask({ to: ['web[2]'] })).toThrow('web has 2 pods, so no [2]');
    for (const [text, help] of [
      ['web[2]', 'write `web[0]` to `web[1]`, or ask for more replicas'],
      ['client/80', '`client` is there: write `client` alone, and port 80 where a port is asked for'],
      ['svc/web', 'a Service sends and receives nothing: name `web`'],
      ['svc/nobody', 'a Service sends and receives nothing: name a pod or workload behind it'],
    ] as const) {
      expect(helpOf(() => onePartyOf(plan, text))).toBe(help);
    }
    expect(() => onePartyOf(plan, 'web')).toThrow('web names 2 pods: default/web-a, default/web-b');
    expect(() => onePartyOf(plan, '172.51.1.9')).toThrow('nobody of these manifests has the address 172.51.1.9');
    for (const address of ['172.51.1.1', 'fd00:51:0::1']) expect(onePartyOf(plan, address).name).toBe('default/web-a');
    expect(onePartyOf(plan, 'client').name).toBe('default/client');
  });
});

describe('a port', () => {
  it.each([
    ['TCP/80', { protocol: 'TCP', port: 80 }],
    ['80/tcp', { protocol: 'TCP', port: 80 }],
    ['8080', { protocol: 'TCP', port: 8080 }],
    ['sctp/132', { protocol: 'SCTP', port: 132 }],
    ['ICMP', { protocol: 'ICMP', port: 0 }],
  ])('%s is read', (text, port) => expect(portAsked(text, onePartyOf(plan, 'client'))).toEqual(port));

  it.each(['', 'TCP', 'TCP/0', 'TCP/65536', 'TCP/80/UDP', 'QUIC/443', '80-90', 'TCP/http/UDP'])(
    '%s is refused',
    (text) => expect(() => ask({ ports: [text] })).toThrow('is no port'),
  );

  it('of a name is the number that it has at the receiver, as in a rule of a NetworkPolicy', () => {
    for (const text of ['http', 'TCP/http', 'http/tcp'])
      expect(portText(portAsked(text, onePartyOf(plan, 'web[0]')))).toBe('TCP/8080');
    const { targets } = ask({ ports: ['http'] });
    expect(targets.map((target) => [portText(target), ...names(target.to)])).toEqual([
      ['TCP/8080', 'default/web-a', 'default/web-b'],
    ]);
  });

  it('of a name that both protocols have is that of TCP, unless it says the other', () => {
    const ports = [
      { name: 'dns', protocol: 'UDP', port: 53 },
      { name: 'dns', protocol: 'TCP', port: 5353 },
    ] as const;
    const receiver = onePartyOf(planOf({ pods: [podOf(1, 'dns', 'n1', { ports })] }), 'dns');
    expect(['dns', 'udp/dns'].map((text) => portText(portAsked(text, receiver)))).toEqual(['TCP/5353', 'UDP/53']);
  });

  it('of a name that nobody asked declares is refused, with the names that are there', () => {
    expect(() => portAsked('htpp', onePartyOf(plan, 'web[0]'))).toThrow('default/web-a declares no port `htpp`');
    expect(() => portAsked('udp/http', onePartyOf(plan, 'web[0]'))).toThrow('declares no port');
    for (const to of ['client', 'host:outside', 'web'])
      expect(() => ask({ to: [to], ports: ['x'] })).toThrow(/declares (no|a) port `x`/);
  });
});

describe('a target', () => {
  it('ends with a port if that is what stands behind its last colon', () => {
    expect(targetOf('web:80')).toEqual({ to: 'web', port: '80' });
    expect(targetOf('host:internet:UDP/53')).toEqual({ to: 'host:internet', port: 'UDP/53' });
    expect(targetOf('shop/web:icmp')).toEqual({ to: 'shop/web', port: 'icmp' });
    expect(targetOf('web[0]:http')).toEqual({ to: 'web[0]', port: 'http' });
    expect(targetOf('172.51.1.1:80')).toEqual({ to: '172.51.1.1', port: '80' });
    for (const text of ['web', 'host:internet', 'node:n1', 'web[0]', 'fd00:51::1'])
      expect(targetOf(text), text).toEqual({ to: text, port: null });
  });
});

it('a question of nobody is refused, with how to have somebody', () => {
  expect(() => refuseNobody(ask({}))).not.toThrow();
  const [one] = ask({}).from;
  expect(() => refuseNobody({ from: [], targets: [] })).toThrow(/nobody to ask: the manifests make no pod/);
  const alone = { from: [one!], targets: [{ protocol: 'TCP', port: 80, to: [one!] } as const] };
  expect(() => refuseNobody(alone)).toThrow(/nobody to ask: .* has nobody else to reach/);
});

function helpOf(ask: () => unknown): string | undefined {
  try {
    ask();
    return undefined;
  } catch (error) {
    return error instanceof DiagnosticError ? error.diagnostics[0]?.help : undefined;
  }
}
