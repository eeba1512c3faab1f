"""What can be measured: metrics, dimensions, scope, statistics. Pure."""
