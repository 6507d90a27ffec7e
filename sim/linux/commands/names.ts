/** What operations call by numbers, by the names that a person types: devices, namespaces, and where eBPF objects are pinned. */
import type { NetworkOperation, Operation } from '../observer.ts';
import { shellWord } from './shell-word.ts';

/**
 * A file system of our own: `tc -n` mounts a fresh /sys and would hide /sys/fs/bpf. Pinned is below it: bpftool mounts a file system
 * of its own over the parent of where it pins, unless that is one.
 */
const BPFFS = '/run/ipvlane-bpf';

/** `default/test-0` -> `default.test-0`, `node:a` -> `node.a`: names that /run/netns takes, as a word of a shell. */
export function namespaceWord(name: string): string {
  return shellWord(name.replace(/[/:]/g, '.'));
}

/** Learns the names from the operations, in their order. */
export class Names {
  /** By namespace, by ifindex. */
  readonly #devices = new Map<string | null, Map<number, string>>();
  /** By the descriptor. */
  readonly #namespaces = new Map<number, string>();
  readonly #programs = new Map<number, string>();
  readonly #maps = new Map<number, string>();
  /** By MAC that the kernel chose: a device that has it. */
  readonly #macs = new Map<string, { readonly namespace: string | null; readonly ifindex: number }>();
  #objects = 0;

  /** What an operation makes. To be called before its line is written, which may speak of it. */
  learn(operation: Operation): void {
    if (operation.what === 'add-namespace') {
      this.#namespaces.set(operation.fd, operation.name);
      this.#devices.set(operation.name, new Map([[LOOPBACK, 'lo']]));
    } else if (operation.what === 'add-link') {
      this.#learnLink(operation);
    } else if (operation.what === 'see-link') {
      this.#macs.set(operation.address, operation);
    } else if (operation.what === 'load-object') {
      this.#objects += 1;
      for (const { fd, name } of operation.programs) this.#programs.set(fd, `${this.#folder('programs')}/${name}`);
      for (const { fd, name } of operation.maps) this.#maps.set(fd, `${this.#folder('maps')}/${name}`);
    }
  }

  /** A device's name; one that nobody named here as iproute2 takes a number. */
  device(namespace: string | null, ifindex: number): string {
    return shellWord(this.#devices.get(namespace)?.get(ifindex) ?? `if${ifindex}`);
  }

  namespaceOf(fd: number): string {
    const name = this.#namespaces.get(fd);
    return name === undefined ? `/proc/self/fd/${fd}` : namespaceWord(name);
  }

  /** Where the eBPF program is pinned. */
  program(fd: number, name: string): string {
    return this.#programs.get(fd) ?? `${BPFFS}/programs/${name}`;
  }

  /** Where the eBPF map is pinned. */
  map({ fd, name }: { readonly fd: number; readonly name: string }): string {
    return this.#maps.get(fd) ?? `${BPFFS}/maps/${name}`;
  }

  /** A MAC of the kernel's choice is another one elsewhere, so who pastes the line asks for it. */
  mac(address: string): string {
    const owner = this.#macs.get(address);
    if (owner === undefined) return address;
    const { namespace, ifindex } = owner;
    return `$(ip ${within(namespace)}-br link show dev ${this.device(namespace, ifindex)} | awk '{ print $3 }')`;
  }

  /** Of the object that was loaded last: programs and maps of a second one lie beside those of the first. */
  get pins(): { readonly bpffs: string; readonly programs: string; readonly maps: string; readonly first: boolean } {
    return {
      bpffs: BPFFS,
      programs: this.#folder('programs'),
      maps: this.#folder('maps'),
      first: this.#objects === 1,
    };
  }

  #folder(what: 'programs' | 'maps'): string {
    return `${BPFFS}/${what}${this.#objects === 1 ? '' : `-${this.#objects}`}`;
  }

  #learnLink({ namespace, spec }: Extract<NetworkOperation, { what: 'add-link' }>): void {
    this.#learnDevice(namespace, spec);
    if (spec.kind === 'veth') this.#learnDevice(namespace, spec.peer);
  }

  #learnDevice(
    namespace: string | null,
    device: { readonly name: string; readonly ifindex?: number; readonly namespaceFd?: number },
  ): void {
    if (device.ifindex === undefined) return;
    const where = device.namespaceFd === undefined ? namespace : (this.#namespaces.get(device.namespaceFd) ?? null);
    const devices = this.#devices.get(where) ?? new Map<number, string>([[LOOPBACK, 'lo']]);
    devices.set(device.ifindex, device.name);
    this.#devices.set(where, devices);
  }
}

/** `-n NAME ` of ip(8) and tc(8). */
export function within(namespace: string | null): string {
  return namespace === null ? '' : `-n ${namespaceWord(namespace)} `;
}

/** The first interface of every namespace. */
const LOOPBACK = 1;
