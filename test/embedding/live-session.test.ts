import { beforeAll, describe, expect, it } from 'vitest'
import { checkPlacement, openLiveSession, plainReason } from '../../src/embedding/live-session.ts'
import { type Model, openModel } from '../../src/embedding/model.ts'

import { modelDir } from '../support/model.ts'

let model: Model
beforeAll(async () => {
  model = await openModel(modelDir)
})

/** CoreML exists on macOS and DirectML on Windows only: one of them is missing on every machine. */
const MISSING = process.platform === 'darwin' ? 'dml' : 'coreml'

describe('the provider that is live', () => {
  it('is the CPU where that is asked for', async () => {
    const live = await openLiveSession({ model, providers: ['cpu'], strict: true })
    expect(live).toMatchObject({ provider: 'cpu', precision: 'int8', failures: [] })
    await live.session.release()
  })

  it('is the next in the list when one is missing, and it says so', async () => {
    const live = await openLiveSession({ model, providers: [MISSING, 'cpu'], strict: false })
    expect(live.provider).toBe('cpu')
    expect(live.failures).toEqual([{ provider: MISSING, reason: expect.any(String) }])
    await live.session.release()
  })

  it('is never another than the first in strict mode; the error says what failed and what to do', async () => {
    await expect(openLiveSession({ model, providers: [MISSING, 'cpu'], strict: true })).rejects.toMatchObject(
      {
        code: 'provider_unavailable',
        field: 'EXECUTION_PROVIDERS',
        message: expect.stringContaining(`"${MISSING}" is not live`),
        expected: expect.stringContaining(MISSING),
      },
    )
  })

  it('cannot be a GPU with a model that has only an int8 graph', async () => {
    const bare = { ...model, precisions: { int8: 'model_int8.onnx' } }
    await expect(openLiveSession({ model: bare, providers: ['cuda'], strict: false })).rejects.toMatchObject({
      code: 'provider_unavailable',
      message: expect.stringContaining('no fp16 or fp32 graph'),
    })
  })
})

describe('what a profile tells', () => {
  const node = (provider: string, op_name: string) => ({ cat: 'Node', args: { provider, op_name } })
  const profile = (...nodes: unknown[]) =>
    JSON.stringify([{ cat: 'Session', args: {} }, { cat: 'Node', args: { op_name: 'MatMul' } }, ...nodes])

  it('is accepted when the GPU did the matrix products and the CPU the bookkeeping', () => {
    expect(() =>
      checkPlacement(
        profile(node('CUDAExecutionProvider', 'MatMul'), node('CPUExecutionProvider', 'Shape')),
        'cuda',
      ),
    ).not.toThrow()
  })

  it('is refused when the CPU did it all', () => {
    expect(() => checkPlacement(profile(node('CPUExecutionProvider', 'MatMul')), 'cuda')).toThrow(
      /whole model/,
    )
  })

  it('is refused when the CPU did a part of the matrix products', () => {
    expect(() =>
      checkPlacement(
        profile(node('WebGpuExecutionProvider', 'MatMul'), node('CPUExecutionProvider', 'FusedMatMul')),
        'webgpu',
      ),
    ).toThrow(/1 matrix product/)
  })
})

describe('why a provider is not live', () => {
  it.each([
    [
      '/src/core/providers/cuda/cuda_call.cc:154 std::conditional_t<THRW, void, Status> CudaCall(ERRTYPE, const char*) ' +
        '[with ERRTYPE = cudaError] CUDA failure 100: no CUDA-capable device is detected ; GPU=-1 ; hostname=vm ; ' +
        'file=/src/cuda_execution_provider.cc ; line=352 ; expr=cudaSetDevice(info_.device_id); ',
      'CUDA failure 100: no CUDA-capable device is detected',
    ],
    [
      '/src/core/providers/webgpu/webgpu_context.cc:136 WebGpuContext::Initialize(const Config&)::<lambda()> ' +
        'adapter_result.status == RequestAdapterStatus::Success was false. Failed to get a WebGPU adapter: No supported adapters',
      'Failed to get a WebGPU adapter: No supported adapters',
    ],
    ['Failed to load shared library\n', 'Failed to load shared library'],
  ])('is told without C++ signatures', (message, reason) => {
    expect(plainReason(message)).toBe(reason)
  })
})
