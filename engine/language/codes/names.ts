/** Issues of names: what is declared, what is used, and whether they meet. */
export const nameCodes = {
  'retry.unknown': {
    severity: 'error',
    title: 'An unknown retry policy',
    means: '`retry: name` uses a policy that `retries` declares.',
    bad: 'retries:\n  patient: { maxAttempts: 10 }\nsteps:\n  - call: log\n    with: { message: hello }\n    retry: [patient, pateint]\n',
    good: 'retries:\n  patient: { maxAttempts: 10 }\nsteps:\n  - call: log\n    with: { message: hello }\n    retry: patient\n',
  },
  'secret.shape': {
    severity: 'error',
    title: 'A secret in the wrong form',
    means: 'A secret is written as a map with the one key `$secret`, whose value is a name from `secrets`.',
    bad: 'secrets: [KEY]\nsteps:\n  - call: http.request\n    with: { url: "https://example.com", headers: { key: { $secret: KEY }, other: { $secret: KEY, or: none } } }\n',
    good: 'secrets: [KEY]\nsteps:\n  - call: http.request\n    with: { url: "https://example.com", headers: { key: { $secret: KEY } } }\n',
  },
  'secret.misplaced': {
    severity: 'error',
    title: 'A secret outside of a call',
    means:
      'Secrets are resolved in the activity host and never enter a run. So they may stand in the `with` of a call or of a compensating call, and nowhere else: not in variables, results, events or the input of a child workflow.',
    bad: 'secrets: [KEY]\nvars:\n  key: { $secret: KEY }\nsteps:\n  - set: { key: none }\n  - call: log\n    with: { message: "${ $vars.key }", data: { $secret: KEY } }\n',
    good: 'secrets: [KEY]\nsteps:\n  - call: log\n    with: { message: hello, data: { $secret: KEY } }\n',
  },
} as const
