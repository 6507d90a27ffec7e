/** How manifests are read, beside what they say. */
export interface ReadOptions {
  /** Kinds that are not modelled and are to be left out in silence, as `KIND` or `KIND.group`. */
  readonly ignore?: readonly string[];
  /** Whether what is told once for many objects is told of each. */
  readonly verbose?: boolean;
  /** Whether a Scenario may name files that lie neither below the paths given nor below the working directory. */
  readonly allowOutside?: boolean;
  /** Whether a folder lists what lies in the folders inside it as its own, for remedies. */
  readonly recursive?: boolean;
}
