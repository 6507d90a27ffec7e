/**
 * What this folder did to the kernel, told to whoever asks as it happens: links, addresses, routes, neighbours, qdiscs, filters,
 * sysctls, namespaces, eBPF objects and the entries of their maps. Without an observer nothing is made for it. Told is what
 * worked: an operation that the kernel refused has changed nothing.
 */
import type { AddressOptions } from './address.ts';
import type { LoadOptions } from './bpf.ts';
import type { UpdateFlags } from './bpf-map.ts';
import type { ActionFilter, BpfFilter } from './filter.ts';
import type { LinkChange, LinkSpec } from './link.ts';
import type { QdiscSpec } from './qdisc.ts';
import type { RouteSpec } from './route.ts';
import type { QdiscParent } from './rtnetlink.ts';
import type { HtbClassSpec } from './traffic-class.ts';

export type Operation = NamespaceOperation | NetworkOperation | BpfOperation | { readonly what: 'grace-period' };

export type NamespaceOperation =
  | { readonly what: 'add-namespace'; readonly name: string; readonly fd: number }
  | { readonly what: 'delete-namespace'; readonly name: string; readonly fd: number };

/** In a namespace, by its name; null: in the one that this process was started in. */
export type NetworkOperation = { readonly namespace: string | null } & (
  | { readonly what: 'add-link'; readonly spec: LinkSpec }
  /** Nothing was changed: a link was asked for, and this is its MAC. */
  | { readonly what: 'see-link'; readonly ifindex: number; readonly address: string }
  | { readonly what: 'set-link'; readonly ifindex: number; readonly change: LinkChange }
  | { readonly what: 'delete-link'; readonly ifindex: number }
  | {
      readonly what: 'add-address';
      readonly ifindex: number;
      readonly address: string;
      readonly options: AddressOptions;
    }
  /** `prepend`: as CNI plugins add one, beside those that are there. */
  | { readonly what: 'route'; readonly verb: 'add' | 'prepend' | 'replace' | 'delete'; readonly route: RouteSpec }
  | { readonly what: 'add-neighbor'; readonly ifindex: number; readonly address: string; readonly mac: string }
  | { readonly what: 'delete-neighbor'; readonly ifindex: number; readonly address: string }
  | {
      readonly what: 'qdisc';
      readonly verb: 'add' | 'replace';
      readonly ifindex: number;
      readonly parent: QdiscParent;
      readonly spec: QdiscSpec;
      /** 0: the kernel chooses. */
      readonly handle: number;
    }
  | { readonly what: 'delete-qdisc'; readonly ifindex: number; readonly parent: QdiscParent }
  | {
      readonly what: 'add-class';
      readonly ifindex: number;
      readonly parent: number;
      readonly classid: number;
      readonly spec: HtbClassSpec;
    }
  | { readonly what: 'add-bpf-filter'; readonly filter: BpfFilter }
  | { readonly what: 'add-action-filter'; readonly filter: ActionFilter }
  | { readonly what: 'sysctl'; readonly path: string; readonly value: string }
);

/** A program or map of a loaded object. */
interface Loaded {
  readonly fd: number;
  readonly name: string;
}

export type BpfOperation =
  | {
      readonly what: 'load-object';
      readonly path: string;
      readonly options: LoadOptions;
      readonly programs: readonly Loaded[];
      readonly maps: readonly Loaded[];
    }
  | { readonly what: 'unload-object'; readonly maps: readonly Loaded[] }
  | {
      readonly what: 'update-entry';
      readonly map: Loaded;
      readonly key: Uint8Array;
      /** One value, or in a per-CPU map those of all CPUs. Like the key its maker's: whoever keeps it copies it. */
      readonly values: readonly Uint8Array[];
      readonly flags: UpdateFlags;
    }
  | { readonly what: 'delete-entry'; readonly map: Loaded; readonly key: Uint8Array };

type Observer = (operation: Operation) => void;

/** Whom to tell; `null` without anybody, and then what would be told is not even made: `observer.tell?.({ … })`. */
export const observer: { tell: Observer | null } = { tell: null };

/** Tells of every operation of this process until disposed. @throws Error while another is told */
export function observeOperations(tell: Observer): Disposable {
  if (observer.tell !== null) throw new Error('somebody is told of operations already');
  observer.tell = tell;
  return {
    [Symbol.dispose]: () => {
      observer.tell = null;
    },
  };
}
