module threadmap/peer

go 1.20
