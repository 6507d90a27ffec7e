/** What a kernel says in its log when a table or a memory of it is full. Forms of Linux 5.10 to 7.x, with their source. */
import type { ExhaustedRecord } from '../../trace/record.ts';

export type Complaint = Pick<ExhaustedRecord, 'resource' | 'cause' | 'help' | 'harmless'> & { readonly said: string };

interface Form {
  readonly said: RegExp;
  readonly resource: ExhaustedRecord['resource'];
  readonly cause: string;
  readonly help: string;
  /** It was noticed, and nothing was refused. */
  readonly harmless?: true;
}

const MORE_MEMORY = 'give the guest more --memory, or ask less of it at once';

const FORMS: readonly Form[] = [
  {
    // net/core/neighbour.c; the counters say it as well, and how often.
    said: /neighbou?r(?:: \w+: | )?(?:table overflow|neighbor table overflow)|Neighbour table overflow/i,
    resource: 'neighbours',
    cause: 'the table of neighbours was full, so packets to some were dropped where they were sent',
    help: 'raise net.ipv4.neigh.default.gc_thresh3 and net.ipv6.neigh.default.gc_thresh3',
  },
  {
    // net/core/dst.c, before 6.3
    said: /Route cache is full: consider increasing sysctl net\.ipv[46]\.route\.max_size/,
    resource: 'routes',
    cause: 'the route cache of a network namespace was full, so packets were dropped',
    help: 'use a kernel from 6.3 on, which has no such limit, or raise net.ipv6.route.max_size in that namespace',
  },
  {
    // net/netfilter/nf_conntrack_core.c
    said: /nf_conntrack: (?:nf_conntrack: )?table full, dropping packet/,
    resource: 'connections',
    cause: "the kernel's own table of connections (nf_conntrack) was full, so packets that would open one were dropped",
    help: 'raise net.netfilter.nf_conntrack_max, or take out what tracks connections; ipvlane does not need it',
  },
  {
    // net/ipv4/tcp.c, tcp_check_oom
    said: /TCP: out of memory -- consider tuning tcp_mem/,
    resource: 'tcp-memory',
    cause: 'the sockets together had more bytes on their way than the kernel has memory for (tcp_mem)',
    help: MORE_MEMORY,
  },
  {
    // net/ipv4/tcp.c, tcp_check_oom
    said: /TCP: too many orphaned sockets/,
    resource: 'sockets',
    cause: 'too many connections were left by their programs with bytes on their way (tcp_max_orphans)',
    help: MORE_MEMORY,
  },
  {
    // net/ipv4/inet_timewait_sock.c
    said: /TCP: time wait bucket table overflow/,
    resource: 'sockets',
    cause: 'too many connections had just been closed (tcp_max_tw_buckets)',
    help: MORE_MEMORY,
    harmless: true,
  },
  {
    // net/ipv4/tcp_input.c, tcp_syn_flood_action
    said: /Possible SYN flooding on port \S+?\.? .*Sending cookies/i,
    resource: 'sockets',
    cause: 'more connections were asked for at once than a listener has room for; cookies opened the rest',
    help: 'ask for fewer at once, if their options (window scaling) matter',
    harmless: true,
  },
  {
    said: /Possible SYN flooding on port \S+?\.? .*Dropping request/i,
    resource: 'sockets',
    cause: 'more connections were asked for at once than a listener has room for, and the rest was dropped',
    help: 'raise net.core.somaxconn and net.ipv4.tcp_max_syn_backlog, or ask for fewer at once',
  },
  {
    // mm/oom_kill.c, mm/page_alloc.c, mm/memcontrol.c
    said: /invoked oom-killer|^Out of memory: Killed process|Memory cgroup out of memory|page allocation failure/,
    resource: 'memory',
    cause: 'the kernel had no memory left',
    help: MORE_MEMORY,
  },
  {
    // fs/file_table.c
    said: /VFS: file-max limit \d+ reached/,
    resource: 'files',
    cause: 'the kernel had no room for another open file or socket (fs.file-max)',
    help: MORE_MEMORY,
  },
];

/** One for each form that was said, in order, with the line that said it first. */
export function complaintsIn(lines: readonly string[]): Complaint[] {
  const found = new Map<Form, string>();
  for (const line of lines) {
    const form = FORMS.find(({ said }) => said.test(line));
    if (form !== undefined && !found.has(form)) found.set(form, line);
  }
  return [...found].map(([form, said]) => ({ ...form, said }));
}
