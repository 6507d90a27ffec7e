/** Which of the dataplane's programs hang on a NIC of the wire, and in which order. */
export interface NicProgram {
  readonly hook: 'ingress' | 'egress';
  readonly priority: number;
  readonly program: 'handover' | 'guard' | 'admit';
}

export interface NicRole {
  /** Pods send through it, of which some may go around their egress programs. */
  readonly guarded: boolean;
  /** What it sends into a queue of the network belongs to its sender no more. */
  readonly handsOver: boolean;
}

/** The guard first: a copy that is handed over has no socket any more. */
export function nicPrograms({ guarded, handsOver }: NicRole): readonly NicProgram[] {
  return [
    ...(guarded ? GUARDS : []),
    ...(handsOver ? ([{ hook: 'egress', priority: 2, program: 'handover' }] as const) : []),
  ];
}

const GUARDS: readonly NicProgram[] = [
  { hook: 'ingress', priority: 1, program: 'admit' },
  { hook: 'egress', priority: 1, program: 'guard' },
];
