/** Issues of expressions. */
export const expressionCodes = {
  'template.unclosed': {
    severity: 'error',
    title: 'An expression that is never closed',
    means: 'A `${` starts an expression, which ends at its `}`. For the text `${` itself, write `$${`.',
    bad: '- call: log\n  with: { message: "hello ${ $input.name" }\n',
    good: '- call: log\n  with: { message: "hello ${ $input.name }" }\n',
  },
  'template.foreign': {
    severity: 'error',
    title: 'The mark of another language',
    means:
      'Expressions stand in `${ … }`. `${{ }}`, `{{ }}` and `{% %}` come from other languages and would be taken for text.',
    bad: '- call: log\n  with: { message: "hello {{ $input.name }}" }\n',
    good: '- call: log\n  with: { message: "hello ${ $input.name }" }\n',
  },
  'condition.marks': {
    severity: 'error',
    title: 'A template where an expression is expected',
    means:
      'Conditions, `keep` and `functions` are JSONata as a whole: `${ }` is not needed, and not possible around a part.',
    bad: '- if: ${ $input.a } = ${ $input.b }\n  then:\n    - call: log\n      with: { message: same }\n',
    good: '- if: $input.a = $input.b\n  then:\n    - call: log\n      with: { message: same }\n',
  },
} as const
