import { SegueError } from '../domain/errors.ts'

/** By the name of EXECUTION_PROVIDERS: what ONNX Runtime calls it, and what makes it work. */
export const PROVIDERS: Readonly<Record<string, { readonly runtimeName: string; readonly remedy: string }>> =
  {
    cpu: { runtimeName: 'CPUExecutionProvider', remedy: 'it comes with onnxruntime-node' },
    cuda: {
      runtimeName: 'CUDAExecutionProvider',
      remedy:
        'install the CUDA libraries on linux/x64 (docs/gpu.md): CUDA 12 or 13, cuDNN 9, and the provider for it',
    },
    tensorrt: {
      runtimeName: 'TensorrtExecutionProvider',
      remedy: 'install TensorRT 10 and the CUDA libraries on linux/x64 (docs/gpu.md)',
    },
    webgpu: {
      runtimeName: 'WebGpuExecutionProvider',
      remedy: 'it needs a GPU with a Vulkan, Metal or D3D12 driver',
    },
    coreml: { runtimeName: 'CoreMLExecutionProvider', remedy: 'it exists on macOS only' },
    dml: { runtimeName: 'DmlExecutionProvider', remedy: 'it exists on Windows only' },
  }

export interface ProviderFailure {
  readonly provider: string
  readonly reason: string
}

/** @throws SegueError `invalid_config` for a name that no provider has */
export function checkProviders(providers: readonly string[]): void {
  const expected = `a comma-separated list of ${Object.keys(PROVIDERS).join(', ')}`
  if (providers.length === 0) {
    throw new SegueError('invalid_config', 'No execution provider is named', {
      field: 'EXECUTION_PROVIDERS',
      expected,
    })
  }
  for (const provider of providers) {
    if (!(provider in PROVIDERS)) {
      throw new SegueError('invalid_config', `"${provider}" is not an execution provider`, {
        field: 'EXECUTION_PROVIDERS',
        expected,
      })
    }
  }
}
