/**
 * What the network stack of a namespace has counted since it was made: /proc/net/snmp and netstat (proc_pid_net(5); pairs of lines,
 * names and values), /proc/net/snmp6 (a counter a line). Names are `Ip.ReasmFails`, `Udp.RcvbufErrors`, `TcpExt.ListenDrops`,
 * `Ip6ReasmFails`, `Udp6RcvbufErrors`: as the kernel writes them. Source: net/ipv4/proc.c, net/ipv6/proc.c.
 */
import { readFileSync } from 'node:fs';
import type { NetworkNamespace } from './namespace.ts';
import { readSysctl } from './sysctl.ts';

export type NetworkCounters = ReadonlyMap<string, number>;

/** Of a kernel without IPv6, those of IPv4 alone. */
export function networkCounters(namespace: NetworkNamespace): NetworkCounters {
  return namespace.run(() => {
    const [snmp, netstat, snmp6] = ['snmp', 'netstat', 'snmp6'].map(read) as [string, string, string];
    return new Map([...parsePairs(snmp), ...parsePairs(netstat), ...parseLines(snmp6)]);
  });
}

function read(file: string): string {
  try {
    return readFileSync(`/proc/thread-self/net/${file}`, 'utf8');
  } catch {
    return '';
  }
}

/** `Udp: InDatagrams NoPorts ...` above `Udp: 1 0 ...`. */
export function parsePairs(text: string): NetworkCounters {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const counters = new Map<string, number>();
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const [[heading, ...names], [, ...values]] = [lines[i] ?? [], lines[i + 1] ?? []];
    names.forEach((name, at) => counters.set(`${heading?.replace(/:$/, '')}.${name}`, Number(values[at] ?? 0)));
  }
  return counters;
}

export function parseLines(text: string): NetworkCounters {
  return new Map(
    text.split('\n').flatMap((line) => {
      const [name, value] = line.trim().split(/\s+/);
      return name === undefined || value === undefined ? [] : [[name, Number(value)] as const];
    }),
  );
}

/**
 * What all namespaces of a kernel have together: `softnet.dropped` of its processors (/proc/net/softnet_stat), and of the tables of
 * neighbours `arp_cache.res_failed` and so on (/proc/net/stat, which the first namespace alone has).
 */
export function sharedCounters(first: NetworkNamespace | null): NetworkCounters {
  const tables = (): [string, number][] =>
    ['arp_cache', 'ndisc_cache'].flatMap((table) =>
      [...parseStat(read(`stat/${table}`))].map(([name, value]) => [`${table}.${name}`, value] as [string, number]),
    );
  const softnet = read('softnet_stat').split('\n');
  const dropped = softnet.reduce((sum, line) => sum + Number.parseInt(line.trim().split(/\s+/)[1] ?? '0', 16), 0);
  return new Map([['softnet.dropped', dropped], ...(first === null ? tables() : first.run(tables))]);
}

/** A heading, then a line a processor, in hexadecimal. */
export function parseStat(text: string): NetworkCounters {
  const [heading = [], ...processors] = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.trim().split(/\s+/));
  return new Map(
    heading.map((name, at) => [
      name,
      processors.reduce((sum, values) => sum + Number.parseInt(values[at] ?? '0', 16), 0),
    ]),
  );
}

/** Fragments that wait for the rest of their datagram, of IPv4 and IPv6 together: /proc/net/sockstat, sockstat6. */
export interface ReassemblyMemory {
  readonly bytes: number;
  /** With so many a family takes no more (`ipfrag_high_thresh`). */
  readonly mostBytes: number;
  /** How long they wait at most, seconds. */
  readonly seconds: number;
}

export function reassemblyMemory(namespace: NetworkNamespace): ReassemblyMemory {
  return namespace.run(() => {
    const bytes = [read('sockstat'), read('sockstat6')].map((text) =>
      Number(/^FRAG6?: inuse \d+ memory (\d+)$/m.exec(text)?.[1] ?? 0),
    );
    return {
      bytes: Math.max(...bytes),
      mostBytes: Number(readSysctl('net/ipv4/ipfrag_high_thresh')),
      seconds: Number(readSysctl('net/ipv4/ipfrag_time')),
    };
  });
}
