/** What a `result.json` names as its `schema`. */
export const RESULT_SCHEMA = 'ipvlane.result/v1';
