/**
 * Every code a diagnostic may carry, with what it stands for. One code a kind of mistake; a code is never reused.
 *
 * E1xx reading text, E2xx the form of an object, E3xx references between objects, E4xx the plan, E5xx the machine;
 * W... the same groups, where the run can go on.
 */
export const codes = {
  E101: 'file or folder not found',
  E102: 'file cannot be read',
  E103: 'file holds no object',
  E104: 'file is not text',
  E105: 'file is too large',
  E106: 'text is not YAML',
  E107: 'key appears twice',
  E108: 'aliases expand to too much',
  E109: 'folder holds no manifest',
  E110: 'document is not an object',
  E111: 'alias has no anchor',
  E112: 'text is nested too deeply',

  E201: 'unknown field',
  E202: 'wrong type',
  E203: 'missing field',
  E204: 'value is not one of the possible ones',
  E205: 'number out of range',
  E206: 'object without kind or apiVersion',
  E207: 'wrong apiVersion for the kind',
  E208: 'invalid name',
  E209: 'invalid label or annotation',
  E210: 'invalid selector',
  E211: 'invalid port',
  E212: 'invalid CIDR',
  E213: 'invalid peer',
  E214: 'text is not the JSON it must be',
  E215: 'invalid duration',
  E216: 'invalid party reference',
  E217: 'expectation cannot be parsed',
  E218: 'step without exactly one verb',
  E219: 'selector does not match the template',

  E301: 'network is not defined',
  E302: 'pool is not defined',
  E303: 'two objects of one name',
  E304: 'node is not defined',
  E305: 'pod or workload is not defined',
  E306: 'host is not defined',
  E307: 'file of an apply step not found',
  E308: 'apply step without a NetworkPolicy',
  E309: 'several scenarios',
  E310: 'policy is not defined',

  W201: 'CIDR with host bits',
  W301: 'kind is not modelled',
  W302: 'namespace is not declared',
} as const;

export type Code = keyof typeof codes;
