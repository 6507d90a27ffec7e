/**
 * The configuration of the kernel for virtual time: nothing but what a lab needs, all of it built in, so that it builds in
 * minutes. Everything that is not named keeps `allnoconfig`'s answer. https://docs.kernel.org/kbuild/kconfig.html
 */

/** Options that must be `y`, by what they are for. */
const OPTIONS: readonly (readonly string[])[] = [
  // The processor and its time. Without KALLSYMS and the like: small.
  [
    '64BIT',
    'UML_TIME_TRAVEL_SUPPORT',
    'HIGH_RES_TIMERS',
    'NO_HZ_IDLE',
    'POSIX_TIMERS',
    'EXPERT',
    'CC_OPTIMIZE_FOR_PERFORMANCE',
    'PRINTK',
    'BUG',
  ],
  // The machine's files, a console that only prints, and a way to switch off.
  ['HOSTFS', 'NULL_CHAN', 'NULL_TTY', 'SSL', 'STDERR_CONSOLE', 'MCONSOLE', 'MAGIC_SYSRQ'],
  // What Node and a shell ask of a kernel.
  [
    'MULTIUSER',
    'FUTEX',
    'EPOLL',
    'EVENTFD',
    'SIGNALFD',
    'TIMERFD',
    'INOTIFY_USER',
    'FILE_LOCKING',
    'ADVISE_SYSCALLS',
    'MEMBARRIER',
    'SHMEM',
    'SYSVIPC',
    'BINFMT_ELF',
    'BINFMT_SCRIPT',
    'PROC_FS',
    'PROC_SYSCTL',
    'SYSFS',
    'TMPFS',
    'DEVTMPFS',
    'TTY',
    'UNIX98_PTYS',
  ],
  // A lab's walls.
  ['NAMESPACES', 'UTS_NS', 'IPC_NS', 'USER_NS', 'PID_NS', 'NET_NS', 'CGROUPS'],
  // Protocols.
  [
    'NET',
    'UNIX',
    'PACKET',
    'INET',
    'IP_MULTICAST',
    'IP_ADVANCED_ROUTER',
    'IP_MULTIPLE_TABLES',
    'IPV6',
    'IPV6_MULTIPLE_TABLES',
    'INET_DIAG',
    'TCP_CONG_ADVANCED',
    'TCP_CONG_CUBIC',
    'TCP_CONG_BBR',
    'DEFAULT_CUBIC',
    'IP_SCTP',
    'CRYPTO',
    'CRYPTO_HMAC',
    'CRYPTO_SHA256',
  ],
  // Devices.
  [
    'NETDEVICES',
    'NET_CORE',
    'NET_L3_MASTER_DEV',
    'BRIDGE',
    'VLAN_8021Q',
    'BONDING',
    'DUMMY',
    'IFB',
    'IPVLAN',
    'MACVLAN',
    'VETH',
  ],
  // Shapers, and those to compare them with.
  [
    'NET_SCHED',
    'NET_SCH_FQ',
    'NET_SCH_FQ_CODEL',
    'NET_SCH_CAKE',
    'NET_SCH_CODEL',
    'NET_SCH_SFQ',
    'NET_SCH_TBF',
    'NET_SCH_NETEM',
    'NET_SCH_HTB',
    'NET_SCH_PRIO',
    'NET_SCH_ETF',
    'NET_SCH_INGRESS',
  ],
  // eBPF and what leads packets to it.
  [
    'BPF_SYSCALL',
    'NET_CLS',
    'NET_CLS_BPF',
    'NET_CLS_MATCHALL',
    'NET_CLS_BASIC',
    'NET_CLS_U32',
    'NET_CLS_FLOWER',
    'NET_CLS_ACT',
    'NET_ACT_BPF',
    'NET_ACT_MIRRED',
    'NET_ACT_GACT',
    'NET_ACT_POLICE',
  ],
];

/** Options that are `y` by themselves, and only cost. */
const LEFT_OUT = ['BLOCK', 'KALLSYMS', 'COREDUMP', 'STATIC_LINK', 'AIO', 'IO_URING', 'SLUB_DEBUG', 'LOCALVERSION_AUTO'];

/** What KCONFIG_ALLCONFIG takes. */
export function configuration(): string {
  const lines = [
    ...OPTIONS.flat().map((option) => `CONFIG_${option}=y`),
    ...LEFT_OUT.map((option) => `CONFIG_${option}=n`),
    'CONFIG_LOCALVERSION="-ipvlane"',
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * Options that a source did not take: unknown to it, or without what they depend on.
 * @param config text of the `.config` that was made
 */
export function optionsNotTaken(config: string): string[] {
  const lines = new Set(config.split('\n'));
  return OPTIONS.flat().filter((option) => !lines.has(`CONFIG_${option}=y`));
}
