import { expect, it } from 'vitest';
import { complaintsIn } from './complaints.ts';

/** As kernels print them: the format strings of their source, filled in. */
const SAID: readonly (readonly [line: string, resource: string, harmless: true | undefined])[] = [
  ['neighbour: arp_cache: neighbor table overflow!', 'neighbours', undefined],
  ['neighbour: ndisc_cache: neighbor table overflow!', 'neighbours', undefined],
  ['Route cache is full: consider increasing sysctl net.ipv6.route.max_size.', 'routes', undefined],
  ['nf_conntrack: nf_conntrack: table full, dropping packet', 'connections', undefined],
  ['TCP: out of memory -- consider tuning tcp_mem', 'tcp-memory', undefined],
  ['TCP: too many orphaned sockets', 'sockets', undefined],
  ['TCP: time wait bucket table overflow', 'sockets', true],
  ['TCP: request_sock_TCP: Possible SYN flooding on port 80. Sending cookies.  Check SNMP counters.', 'sockets', true],
  ['TCP: request_sock_TCP: Possible SYN flooding on port 10.1.0.7:80. Sending cookies.', 'sockets', true],
  [
    'TCP: request_sock_TCP: Possible SYN flooding on port 80. Dropping request.  Check SNMP counters.',
    'sockets',
    undefined,
  ],
  [
    'node invoked oom-killer: gfp_mask=0x140cca(GFP_HIGHUSER_MOVABLE|__GFP_COMP), order=0, oom_score_adj=0',
    'memory',
    undefined,
  ],
  ['Out of memory: Killed process 77 (node) total-vm:1234kB', 'memory', undefined],
  ['ksoftirqd/0: page allocation failure: order:0, mode:0xa20(GFP_ATOMIC)', 'memory', undefined],
  ['VFS: file-max limit 76000 reached', 'files', undefined],
];

it.each(SAID)('%s', (line, resource, harmless) => {
  const [complaint, ...others] = complaintsIn([line]);
  expect(others).toEqual([]);
  expect(complaint).toMatchObject({ resource, said: line });
  expect(complaint?.harmless).toBe(harmless);
  expect(complaint?.cause).toMatch(/^\S.*[^.]$/);
  expect(complaint?.help).toMatch(/^\S.*[^.]$/);
});

it('says each once, with the first line, and nothing of what is no complaint', () => {
  const overflow = 'neighbour: arp_cache: neighbor table overflow!';
  const lines = ['eth0: link becomes ready', overflow, 'neighbour: ndisc_cache: neighbor table overflow!', overflow];
  expect(complaintsIn(lines).map(({ said }) => said)).toEqual([overflow]);
  expect(complaintsIn(['net_ratelimit: 43 callbacks suppressed', 'TCP: Hash tables configured'])).toEqual([]);
});
