import { describe, expect, it } from 'vitest'
import { checkProviders } from '../../src/embedding/providers.ts'

describe('the names of execution providers', () => {
  it('are those of ONNX Runtime for Node', () => {
    expect(() => checkProviders(['cuda', 'tensorrt', 'webgpu', 'coreml', 'dml', 'cpu'])).not.toThrow()
  })

  it('are refused when unknown, before anything is loaded', () => {
    expect(() => checkProviders(['cuda', 'gpu'])).toThrow(
      expect.objectContaining({
        code: 'invalid_config',
        field: 'EXECUTION_PROVIDERS',
        message: expect.stringContaining('"gpu"'),
      }),
    )
    expect(() => checkProviders([])).toThrow(expect.objectContaining({ code: 'invalid_config' }))
  })
})
