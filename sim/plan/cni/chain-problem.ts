import type { ConfigPlace } from './plugin-config.ts';

/** Why a configuration cannot be planned, as a clause: `macvlan is not modelled, only ipvlan is`. */
export interface ChainProblem extends ConfigPlace {
  /** `fails`: a plugin takes the configuration and then fails, so that no pod on it starts. */
  readonly kind: 'invalid' | 'not-modelled' | 'fails';
  readonly problem: string;
  /** What to do, where it is known better than "another network". */
  readonly help?: string;
}
