() => null
