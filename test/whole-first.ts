import type { TestSpecification } from 'vitest/node'
import { BaseSequencer } from 'vitest/node'

/** Tests of the whole product take minutes: begun first, no worker is left alone with one at the end. */
export default class WholeFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    const { true: whole = [], false: parts = [] } = Object.groupBy(
      await super.sort(files),
      ({ moduleId }) => String(/\/test\/[^/]+$/.test(moduleId)) as 'true' | 'false',
    )
    return [...whole, ...parts]
  }
}
