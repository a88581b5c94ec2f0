import fc from 'fast-check'

// A check that lands or refuses a change must say the same when it is run again; elsewhere every run looks further.
if (process.env['CI']) fc.configureGlobal({ seed: 1_887_236 })
