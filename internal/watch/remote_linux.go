package watch

import "golang.org/x/sys/unix"

// far are the kinds of file systems whose files change without this machine
// being told, by what statfs(2) calls them.
var far = map[uint32]string{
	unix.NFS_SUPER_MAGIC:  "a network drive (NFS)",
	unix.SMB_SUPER_MAGIC:  "a network drive (SMB)",
	unix.CIFS_SUPER_MAGIC: "a network drive (SMB)",
	unix.SMB2_SUPER_MAGIC: "a network drive (SMB)",
	unix.AFS_SUPER_MAGIC:  "a network drive (AFS)",
	unix.CEPH_SUPER_MAGIC: "a network drive (Ceph)",
	unix.V9FS_MAGIC:       "a shared folder (9p)",
	unix.FUSE_SUPER_MAGIC: "a shared folder (FUSE)",
	0x786f4256:            "a shared folder (VirtualBox)",
	0xbacbacbc:            "a shared folder (VMware)",
	0x7c7c6673:            "a shared folder (Parallels)",
}

// remote names the kind of file system that a folder is on, if nobody tells of
// changes there.
func remote(dir string) (kind string, yes bool) {
	var fs unix.Statfs_t
	if unix.Statfs(dir, &fs) != nil {
		return "", false
	}
	kind, yes = far[uint32(fs.Type)]
	return kind, yes
}
