/** The kernel modules of a lab. */

/** What the lab's topology, qdiscs and programs need beyond what is built in; order does not matter. */
export const GUEST_MODULES = [
  ...['ipv6', 'veth', 'bridge', 'dummy', 'ipvlan', 'ifb', '8021q', 'bonding'],
  ...[
    'sch_fq',
    'sch_tbf',
    'sch_netem',
    'sch_prio',
    'sch_codel',
    'sch_red',
    'sch_ingress',
    'cls_bpf',
    'act_bpf',
    'act_mirred',
    'cls_matchall',
  ],
  // What other engines than ours shape with (dataplane/bandwidth/engine.ts).
  ...['act_police', 'sch_htb', 'sch_fq_codel', 'sch_cake'],
  ...['tcp_bbr', 'hmac', 'sctp'],
] as const;
