/** Issues of the flow of steps. */
export const flowCodes = {} as const
