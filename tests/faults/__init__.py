"""What must not break, row by row of docs/reliability.md, on real processes, sockets and signals."""
