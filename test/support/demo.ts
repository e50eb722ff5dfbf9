import { readConfig } from '../../src/config.ts'

const defaults = readConfig({})

/** The model and the index that `npm start` serves. */
export const DEMO_MODEL = defaults.MODEL_DIR
export const DEMO_INDEX = defaults.INDEX_DIR
