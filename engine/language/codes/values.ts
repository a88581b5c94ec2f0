/** Issues of values. */
export const valueCodes = {
  'timestamp.invalid': {
    severity: 'error',
    title: 'Not a time',
    means: 'A time is an ISO 8601 timestamp with a zone, of a day that exists.',
    bad: '- wait: { until: 2030-02-30T09:00:00Z }\n',
    good: '- wait: { until: 2030-02-28T09:00:00Z }\n',
  },
} as const
