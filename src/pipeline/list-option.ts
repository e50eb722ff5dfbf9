/**
 * The values of an option that takes several: `--name A B`, `--name A --name B`, `--name A,B` and `--name=A` alike.
 *
 * @param rawArgs the command's arguments, because the parser keeps the last value only
 */
export function listOption(rawArgs: readonly string[], name: string): string[] {
  const values: string[] = []
  let inside = false
  for (const arg of rawArgs) {
    if (arg.startsWith('-')) {
      inside = arg === `--${name}`
      if (arg.startsWith(`--${name}=`)) values.push(arg.slice(name.length + 3))
    } else if (inside) values.push(arg)
  }
  return values.flatMap((value) => value.split(',')).filter((value) => value !== '')
}
