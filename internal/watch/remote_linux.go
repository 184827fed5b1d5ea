package watch

import "golang.org/x/sys/unix"

// remote names the kind of file system below dir, if it is one whose files
// change without this machine being told.
func remote(dir string) (kind string, yes bool) {
	var fs unix.Statfs_t
	if unix.Statfs(dir, &fs) != nil {
		return "", false
	}
	kind, yes = map[int64]string{
		unix.NFS_SUPER_MAGIC: "a network drive (NFS)", unix.SMB_SUPER_MAGIC: "a network drive (SMB)", 0xff534d42: "a network drive (CIFS)", 0xfe534d42: "a network drive (SMB)",
		unix.V9FS_MAGIC: "a shared folder (9p)", unix.FUSE_SUPER_MAGIC: "a shared folder (FUSE)", 0x786f4256: "a shared folder (VirtualBox)", unix.AFS_SUPER_MAGIC: "a network drive (AFS)",
	}[int64(fs.Type)]
	return kind, yes
}
