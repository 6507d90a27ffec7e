/** The build options a lab's kernel needs, for saying which one a kernel was built without. */
import { readFileSync } from 'node:fs';
import type { ModuleFolder } from './module-folder.ts';

interface LabOption {
  /** As `CONFIG_…` in the kernel's configuration. */
  readonly option: string;
  /** The module it becomes with `=m`; null where it can only be built in. */
  readonly module: string | null;
  /** What a person knows it by. */
  readonly what: string;
}

function row(option: string, module: string | null, what: string): LabOption {
  return { option, module, what };
}

/** Without these there is no lab at all. */
const REQUIRED: readonly LabOption[] = [
  row('BLK_DEV_INITRD', null, 'initramfs'),
  row('DEVTMPFS', null, 'devtmpfs'),
  row('SERIAL_8250_CONSOLE', null, 'serial console'),
  row('NET_NS', null, 'network namespaces'),
  row('PID_NS', null, 'PID namespaces'),
  row('BPF_SYSCALL', null, 'eBPF'),
  row('VETH', 'veth', 'veth'),
  row('BRIDGE', 'bridge', 'bridge'),
  row('IPVLAN', 'ipvlan', 'ipvlan'),
  row('IFB', 'ifb', 'ifb'),
  row('NET_SCH_FQ', 'sch_fq', 'fq'),
  row('NET_SCH_INGRESS', 'sch_ingress', 'clsact'),
  row('NET_CLS_BPF', 'cls_bpf', 'eBPF classifiers'),
  row('NET_CLS_MATCHALL', 'cls_matchall', 'matchall'),
  row('NET_ACT_MIRRED', 'act_mirred', 'mirred'),
];

/** Options of the modules that only some labs need; what is built in is in no folder of modules. */
const OF_MODULES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(REQUIRED.flatMap(({ option, module }) => (module === null ? [] : [[module, option]]))),
  ipv6: 'IPV6',
  dummy: 'DUMMY',
  '8021q': 'VLAN_8021Q',
  bonding: 'BONDING',
  sch_tbf: 'NET_SCH_TBF',
  sch_netem: 'NET_SCH_NETEM',
  sch_prio: 'NET_SCH_PRIO',
  sch_codel: 'NET_SCH_CODEL',
  sch_red: 'NET_SCH_RED',
  act_bpf: 'NET_ACT_BPF',
  tcp_bbr: 'TCP_CONG_BBR',
  hmac: 'CRYPTO_HMAC',
  sctp: 'IP_SCTP',
};

/** A kernel's build configuration: `y`, `m`, or what else was set, by option without `CONFIG_`. */
export type KernelConfig = ReadonlyMap<string, string>;

/** @param file as /boot/config-RELEASE; null gives an empty one */
export function readKernelConfig(file: string | null): KernelConfig {
  const text = file === null ? '' : readFileSync(file, 'utf8');
  return new Map([...text.matchAll(/^CONFIG_(\w+)=(.*)$/gm)].map(([, option = '', value = '']) => [option, value]));
}

/** What a kernel lacks for a lab, in words: `fq: CONFIG_NET_SCH_FQ is not set`. Empty: nothing. */
export function missingForLab(modules: ModuleFolder, config: KernelConfig): string[] {
  return REQUIRED.flatMap(({ option, module, what }) => {
    if (config.get(option) === 'y' || (module !== null && modules.has(module))) return [];
    if (config.get(option) === 'm')
      return [`${what}: CONFIG_${option}=m, but ${module ?? what} is not in ${modules.folder}`];
    if (config.size > 0) return [`${what}: CONFIG_${option} is not set`];
    // Without a configuration only modules can be looked for.
    return module === null ? [] : [`${what}: no module ${module} in ${modules.folder} (CONFIG_${option})`];
  });
}

/** Whether a lab needs modules of a kernel so configured; one whose configuration is not known is taken to have them. */
export function needsModules(config: KernelConfig): boolean {
  return config.size === 0 || REQUIRED.some(({ option }) => config.get(option) === 'm');
}

/** Whether a kernel has what the module of this name would bring. */
export function isBuiltIn(name: string, modules: ModuleFolder, config: KernelConfig): boolean {
  const option = OF_MODULES[name];
  return modules.isBuiltIn(name) || (option !== undefined && config.get(option) === 'y');
}
